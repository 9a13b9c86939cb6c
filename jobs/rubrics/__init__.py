"""Checklists as versioned data: one file a rubric, loaded and checked by `dashboard.judging.rubric`."""
