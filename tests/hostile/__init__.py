"""Hostile inputs, all made by us: README.md says by name what each is for."""
