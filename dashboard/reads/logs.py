"""Log lines of a node's attempt: a page at a time, filtered over the whole log, or all of it as a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from dashboard.extensions import db
from dashboard.models import NodeLog
from dashboard.reads.typed_text import says

PAGE = 500
STREAM = 2000
LONGEST = 2000
Selected = Select[int, str, str, datetime]
LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class Line:
    """A line; `line` counts from 1 within the attempt."""

    line: int
    level: str
    message: str
    at: datetime

    @property
    def beginning(self) -> str:
        """What a page shows of it, so that 500 lines cannot make a page of megabytes."""
        return self.message[:LONGEST]

    @property
    def left_out(self) -> int:
        """How many characters that leaves out."""
        return max(0, len(self.message) - LONGEST)


@dataclass(frozen=True)
class Wanted:
    """Which lines: of which attempt, at least how severe, with what text in them."""

    row_id: int
    attempt: int
    level: str = "debug"
    text: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.text) or self.level != LEVELS[0]


@dataclass(frozen=True)
class LogPage:
    """A page of lines. `last` is the number of the attempt's last line, whatever the filter.

    `earlier` is the line before which the page before this one ends, `later` the line with which the next begins.
    """

    lines: tuple[Line, ...] = ()
    earlier: int | None = None
    later: int | None = None
    last: int = 0


def from_line(wanted: Wanted, start: int = 1) -> LogPage:
    """Up to `PAGE` matching lines from line `start` on."""
    lines, last = _with_last(wanted, _matching(wanted).where(NodeLog.line >= start).order_by(NodeLog.line))
    later = lines[PAGE].line if len(lines) > PAGE else None
    return LogPage(tuple(lines[:PAGE]), start if start > 1 else None, later, last)


def before_line(wanted: Wanted, end: int | None = None) -> LogPage:
    """The last up to `PAGE` matching lines before line `end`, or of the whole log."""
    before = NodeLog.line < end if end is not None else true()
    lines, last = _with_last(wanted, _matching(wanted).where(before).order_by(NodeLog.line.desc()))
    earlier = lines[-PAGE].line if len(lines) > PAGE else None
    later = end if end is not None and end <= last else None
    return LogPage(tuple(lines[-PAGE:]), earlier, later, last)


def next_error(wanted: Wanted, line: int) -> int | None:
    """The first error after that line, else the first of the attempt; None when it has none."""
    errors = _of_attempt(wanted).where(NodeLog.level == "error")
    return db.session.scalar(errors.where(NodeLog.line > line)) or db.session.scalar(errors)


def holding(wanted: Wanted, line: int) -> LogPage:
    """The page with that line. Unfiltered pages begin at every `PAGE`th line; a filtered one begins with the line."""
    return from_line(wanted, line if wanted.is_filtered else (line - 1) // PAGE * PAGE + 1)


def after(wanted: Wanted, line: int) -> list[Line]:
    """Matching lines that came after `line`: what a following page appends."""
    return _read(_matching(wanted).where(NodeLog.line > line).order_by(NodeLog.line).limit(PAGE))


def last(row_id: int, attempt: int, number: int) -> list[Line]:
    """The attempt's last lines, oldest first."""
    newest = _matching(Wanted(row_id, attempt)).order_by(NodeLog.line.desc()).limit(number)
    return _read(newest)[::-1]


def stream(wanted: Wanted, line: int = 0) -> Iterator[Line]:
    """Every matching line after that one, read in batches."""
    while batch := _read(_matching(wanted).where(NodeLog.line > line).order_by(NodeLog.line).limit(STREAM)):
        yield from batch
        line = batch[-1].line


def _with_last(wanted: Wanted, selected: Selected) -> tuple[list[Line], int]:
    """A page and a line more, and the number of the attempt's last line, in one query also where no line fits."""
    ends, found = _of_attempt(wanted, func.max).subquery(), selected.limit(PAGE + 1).subquery()
    rows = db.session.execute(select(ends, found).join_from(ends, found, true(), isouter=True)).all()
    lines = sorted((Line(*row[1:]) for row in rows if row.line is not None), key=lambda line: line.line)
    return lines, rows[0][0] or 0


def _of_attempt(wanted: Wanted, one: Callable[..., Any] = func.min) -> Select[int | None]:
    """The least (or greatest) number of a line of that attempt."""
    return select(one(NodeLog.line)).where(NodeLog.node_id == wanted.row_id, NodeLog.attempt == wanted.attempt)


def _matching(wanted: Wanted) -> Selected:
    conditions: list[ColumnElement[bool]] = [NodeLog.node_id == wanted.row_id, NodeLog.attempt == wanted.attempt]
    if wanted.level in LEVELS[1:]:
        conditions.append(NodeLog.level.in_(LEVELS[LEVELS.index(wanted.level) :]))
    if wanted.text:
        conditions.append(says(NodeLog.message, wanted.text))
    return select(NodeLog.line, NodeLog.level, NodeLog.message, NodeLog.at).where(*conditions)


def _read(selected: Selected) -> list[Line]:
    return [Line(line, level, message, at) for line, level, message, at in db.session.execute(selected)]
