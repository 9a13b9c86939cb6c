"""Naming: pages called by their numbers in a sentence."""

from __future__ import annotations

from collections.abc import Collection

_NAMED = 10


def pages_named(numbers: Collection[int]) -> str:
    """`page 3`, or how many pages they are and the first numbers: `2 pages (3, 5)`."""
    shown = ", ".join(map(str, sorted(numbers)[:_NAMED]))
    return (
        f"page {shown}" if len(numbers) == 1 else f"{len(numbers)} pages ({shown}{', ...' * (len(numbers) > _NAMED)})"
    )
