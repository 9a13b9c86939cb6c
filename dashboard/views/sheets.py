"""Sheets: tables as CSV files that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from dashboard.views import headers

# What begins a formula in some spreadsheet, full-width signs included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def answer(name: str, rows: Iterable[Sequence[Any]]) -> Response:
    """The rows as a download of that name, in UTF-8 with the mark by which spreadsheets know it."""
    sheet = io.StringIO()
    csv.writer(sheet).writerows([cell(value) for value in row] for row in rows)
    response = Response("\ufeff" + sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = headers.DOWNLOAD
    return response


def cell(value: Any) -> Any:
    """Text that begins like a formula gets a quote before it; numbers stay numbers, nothing stays empty."""
    text = value.replace("\0", "") if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text
