"""Measurements, each printed with what was measured. Nothing here asserts."""
