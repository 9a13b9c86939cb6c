"""Log lines of a node's attempt: a page at a time, filtered over the whole log, or all of it as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from dashboard.extensions import db
from dashboard.models import NodeLog

PAGE = 500
STREAM = 2000
Selected = Select[int, str, str, datetime]
LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class Line:
    """A line; `line` counts from 1 within the attempt."""

    line: int
    level: str
    message: str
    at: datetime


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
    """A page of lines. `last` is the number of the attempt's last line, whatever the filter."""

    lines: tuple[Line, ...]
    earlier: int | None
    later: int | None
    last: int


def page(wanted: Wanted, start: int = 1) -> LogPage:
    """Up to `PAGE` matching lines from line `start` on."""
    lines = _read(_matching(wanted).where(NodeLog.line >= start).order_by(NodeLog.line).limit(PAGE + 1))
    later = lines[PAGE].line if len(lines) > PAGE else None
    return LogPage(tuple(lines[:PAGE]), _earlier(wanted, start), later, last_line(wanted))


def after(wanted: Wanted, line: int) -> list[Line]:
    """Matching lines that came after `line`: what a following page appends."""
    return _read(_matching(wanted).where(NodeLog.line > line).order_by(NodeLog.line).limit(PAGE))


def last(row_id: int, attempt: int, number: int) -> list[Line]:
    """The attempt's last lines, oldest first."""
    newest = _matching(Wanted(row_id, attempt)).order_by(NodeLog.line.desc()).limit(number)
    return _read(newest)[::-1]


def last_line(wanted: Wanted) -> int:
    """The number of the attempt's last line; 0 when it logged none."""
    of_attempt = (NodeLog.node_id == wanted.row_id, NodeLog.attempt == wanted.attempt)
    return db.session.scalar(select(func.max(NodeLog.line)).where(*of_attempt)) or 0


def stream(wanted: Wanted) -> Iterator[Line]:
    """Every matching line, read in batches."""
    line = 0
    while batch := _read(_matching(wanted).where(NodeLog.line > line).order_by(NodeLog.line).limit(STREAM)):
        yield from batch
        line = batch[-1].line


def _earlier(wanted: Wanted, start: int) -> int | None:
    """Where the page before this one starts."""
    before = _read(_matching(wanted).where(NodeLog.line < start).order_by(NodeLog.line.desc()).limit(PAGE))
    return before[-1].line if before else None


def _matching(wanted: Wanted) -> Selected:
    conditions: list[ColumnElement[bool]] = [NodeLog.node_id == wanted.row_id, NodeLog.attempt == wanted.attempt]
    if wanted.level in LEVELS[1:]:
        conditions.append(NodeLog.level.in_(LEVELS[LEVELS.index(wanted.level) :]))
    if wanted.text:
        conditions.append(func.lower(NodeLog.message).contains(wanted.text.lower(), autoescape=True))
    return select(NodeLog.line, NodeLog.level, NodeLog.message, NodeLog.at).where(*conditions)


def _read(selected: Selected) -> list[Line]:
    return [Line(line, level, message, at) for line, level, message, at in db.session.execute(selected)]
