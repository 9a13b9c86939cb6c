"""Backups are taken while runs are in flight, and runs go on after a restore."""
