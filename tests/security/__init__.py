"""What the outside may try, and does not achieve."""
