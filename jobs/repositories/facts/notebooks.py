"""Notebooks: how many, and whether what they show was run from top to bottom."""

from __future__ import annotations

import json
from typing import Any

from jobs.repositories.facts.fact import Fact, Repository


def check_notebooks(repository: Repository) -> dict[str, Fact]:
    """notebook_count and notebooks_run_in_order (None where none was run or there are none)."""
    paths = repository.snapshot.named(r".*\.ipynb")
    orders = {path: counts for path in paths if (counts := execution_counts(repository.snapshot.text(path)))}
    untidy = [path for path, counts in orders.items() if counts != list(range(1, len(counts) + 1))]
    note = f"Not run once from top to bottom: {', '.join(untidy[:3])}." if untidy else ""
    return {
        "notebook_count": Fact(len(paths), repository.files(paths)),
        "notebooks_run_in_order": Fact(not untidy if orders else None, repository.files(untidy), note),
    }


def execution_counts(text: str) -> list[int]:
    """The numbers of a notebook's run code cells, from top to bottom; empty where none was run or it is unreadable."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        return []
    cells = content.get("cells") if isinstance(content, dict) else None
    listed = cells if isinstance(cells, list) else ()
    counts = [cell.get("execution_count") for cell in listed if isinstance(cell, dict)]
    return [count for count in counts if isinstance(count, int)]
