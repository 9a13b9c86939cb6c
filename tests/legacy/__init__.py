"""Coming from another system."""
