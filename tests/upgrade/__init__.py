"""From one version to the next while runs are under way."""
