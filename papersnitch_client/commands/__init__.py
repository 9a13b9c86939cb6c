"""The commands, one noun a file; each file names its own in COMMANDS."""
