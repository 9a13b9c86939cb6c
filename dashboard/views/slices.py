"""Slices: one page of rows that are in memory anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE = 50

Row = TypeVar("Row")


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """Rows `first` to `last` (counted from 1) of `total`, and the numbers of the pages beside this one."""

    rows: Sequence[Row]
    first: int
    last: int
    total: int
    before: int | None
    after: int | None

    @property
    def left_out(self) -> int:
        """Rows after these."""
        return self.total - self.last


def of(rows: Sequence[Row], page: int, size: int = PAGE) -> Slice[Row]:
    """That page of the rows, counted from 1; a number beyond the ends is the page at that end."""
    pages = max(1, -(-len(rows) // size))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * size : page * size]
    first = (page - 1) * size + 1
    before, after = page - 1 or None, page + 1 if page < pages else None
    return Slice(shown, first, first + len(shown) - 1, len(rows), before, after)
