"""Sheets: tables as CSV files that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from flask import Response, stream_with_context

from dashboard.cells import cell
from dashboard.views import headers

AT_ONCE = 500  # rows that are sent together


def answer(name: str, rows: Iterable[Sequence[Any]]) -> Response:
    """The rows as a download of that name, in UTF-8 with the mark by which spreadsheets know it."""
    return _download(name, "".join(_lines(rows)))


def stream(name: str, rows: Iterable[Sequence[Any]]) -> Response:
    """The same of a table too long to be held at once, sent as its rows are read."""
    return _download(name, stream_with_context(_lines(rows)))


def _lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield "\ufeff"
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        sheet = io.StringIO()
        csv.writer(sheet).writerows([cell(value) for value in row] for row in some)
        yield sheet.getvalue()


def _download(name: str, sheet: str | Iterator[str]) -> Response:
    response = Response(sheet, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = headers.DOWNLOAD
    return response
