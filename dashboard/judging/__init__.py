"""Judging: how answers follow from evidence and a rubric, and scores from answers. Pure: pages and workers share it."""
