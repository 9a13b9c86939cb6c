"""CSV as a table for a page: its first row as the head, bounded in rows, columns and cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

MOST_ROWS = 300
MOST_COLUMNS = 40
LONGEST = 300
LONG = 40
NUMBER = re.compile(r"\s*[+-]?[\d.,]{1,40}(e[+-]?\d{1,3})?\s*%?\s*", re.IGNORECASE)


class Column(StrEnum):
    """How a column is set; the class that does it."""

    NUMBERS = "num"
    LONG = "wide"
    SHORT = ""


@dataclass(frozen=True)
class Sheet:
    """The head and the rows shown; `columns` says of each column whether it holds numbers alone or long words."""

    head: list[str]
    rows: list[list[str]]
    columns: list[Column]
    columns_left_out: int
    has_more_rows: bool


def sheet(text: str, is_tabbed: bool = False) -> Sheet | None:
    """The table in that text; None when it is no CSV."""
    try:
        rows = list(
            islice(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, is_tabbed)), MOST_ROWS + 2)
        )
    except csv.Error:
        return None
    if not rows:
        return None
    width = max(map(len, rows))
    head, *body = [_padded(row, min(width, MOST_COLUMNS)) for row in rows]
    shown = body[:MOST_ROWS]
    columns = [_column(cells) for cells in zip(head, *shown, strict=True)]
    return Sheet(head, shown, columns, max(0, width - MOST_COLUMNS), len(body) > MOST_ROWS)


def _delimiter(text: str, is_tabbed: bool) -> str:
    """What the file's ending says; else the likelier of comma and semicolon in the first line."""
    first = text.partition("\n")[0]
    return "\t" if is_tabbed else max(",;", key=first.count)


def _padded(row: list[str], width: int) -> list[str]:
    cells = [cell if len(cell) <= LONGEST else cell[:LONGEST] + "…" for cell in row[:width]]
    return cells + [""] * (width - len(cells))


def _column(cells: Sequence[str]) -> Column:
    filled = [cell for cell in cells[1:] if cell.strip()]
    if filled and all(NUMBER.fullmatch(cell) for cell in filled):
        return Column.NUMBERS
    return Column.LONG if max(map(len, cells)) > LONG else Column.SHORT
