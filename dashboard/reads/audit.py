"""The audit trail, newest first: of a team, or of the site."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from dashboard.extensions import db
from dashboard.models import AuditEvent, Membership, User

PAGE = 100
AT_ONCE = 1000  # lines of a sheet that are read together
BEFORE, AFTER = ("before", "from"), ("after", "to")


@dataclass(frozen=True)
class Line:
    """Who did what to what, when, from where; what was before and after, and what else the act said of itself."""

    id: int
    at: datetime
    who: str | None
    action: str
    object_type: str
    object_id: int | None
    address: str | None
    detail: Mapping[str, Any]

    @property
    def object(self) -> str:
        return f"{self.object_type} {self.object_id}" if self.object_id is not None else self.object_type

    @property
    def before(self) -> str:
        return self._changed(BEFORE, AFTER)

    @property
    def after(self) -> str:
        return self._changed(AFTER, BEFORE)

    @property
    def details(self) -> str:
        others = {name: value for name, value in self.detail.items() if name not in BEFORE + AFTER}
        return ", ".join(f"{name}: {_plain(value)}" for name, value in others.items() if value not in (None, ""))

    def _changed(self, side: tuple[str, str], other: tuple[str, str]) -> str:
        """One side; where both are several values, those that differ."""
        mine, theirs = (next((self.detail[name] for name in names if name in self.detail), None)
                        for names in (side, other))  # fmt: skip
        if isinstance(mine, dict) and isinstance(theirs, dict):
            mine = {name: value for name, value in mine.items() if value != theirs.get(name)}
        return _plain(mine)


@dataclass(frozen=True)
class Narrowed:
    """Which lines: acts of one kind (`run`, `node.retry`), of one person, on an object or on all of its type, since
    the beginning of a day and until the end of another (UTC)."""

    action: str = ""
    who: int | None = None
    object_type: str = ""
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Lines, and where the older ones begin."""

    lines: tuple[Line, ...]
    next_before: int | None


def page(team_id: int | None, narrowed: Narrowed, before: int | None = None, most: int = PAGE) -> Page:
    """A page of the team's trail, with the sign-ins of its members; without a team of what belongs to none."""
    parts: list[ColumnElement[bool]] = [AuditEvent.team_id == team_id] if team_id else [AuditEvent.team_id.is_(None)]
    if team_id:  # each part has its index: one query with OR would read the trails of all teams
        members = select(Membership.user_id).where(Membership.team_id == team_id)
        parts.append(and_(AuditEvent.team_id.is_(None), AuditEvent.user_id.in_(members)))
    found = [line for part in parts for line in _newest(part, narrowed, before, most + 1)]
    lines = sorted(found, key=lambda line: line.id, reverse=True)
    return Page(tuple(lines[:most]), lines[most - 1].id if len(lines) > most else None)


def everything(team_id: int | None, narrowed: Narrowed) -> Iterator[Line]:
    """All of them, read as they are asked for."""
    before: int | None = None
    while True:
        found = page(team_id, narrowed, before, AT_ONCE)
        yield from found.lines
        if found.next_before is None:
            return
        before = found.next_before


def people(team_id: int | None) -> list[tuple[int, str]]:
    """The team's members, or everybody who runs the site, to choose one."""
    wanted = select(User.id, User.name).order_by(User.name)
    if team_id is None:
        return [(row[0], row[1]) for row in db.session.execute(wanted.where(User.is_operator))]
    members = wanted.join(Membership, Membership.user_id == User.id).where(Membership.team_id == team_id)
    return [(row[0], row[1]) for row in db.session.execute(members)]


def _newest(part: ColumnElement[bool], narrowed: Narrowed, before: int | None, most: int) -> list[Line]:
    conditions = [part, *_conditions(narrowed), *([AuditEvent.id < before] if before is not None else [])]
    wanted = (
        select(AuditEvent, User.name.label("who"))
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(*conditions)
        .order_by(AuditEvent.id.desc())
        .limit(most)
    )
    return [_line(row) for row in db.session.execute(wanted)]


def _conditions(narrowed: Narrowed) -> Iterator[ColumnElement[bool]]:
    if narrowed.action:
        yield AuditEvent.action.startswith(narrowed.action, autoescape=True)
    if narrowed.who is not None:
        yield AuditEvent.user_id == narrowed.who
    if narrowed.object_type:
        yield AuditEvent.object_type == narrowed.object_type
    if narrowed.object_id is not None:
        yield AuditEvent.object_id == narrowed.object_id
    if narrowed.since:
        yield AuditEvent.at >= narrowed.since
    if narrowed.until:
        yield AuditEvent.at < narrowed.until + timedelta(days=1)


def _line(row: Any) -> Line:
    event = row.AuditEvent
    return Line(
        event.id, event.at, row.who, event.action, event.object_type, event.object_id, event.address, event.detail
    )


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
