"""The audit trail of a team, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, true

from dashboard.extensions import db
from dashboard.models import AuditEvent, Membership, User

PAGE = 100
EXPORTED = 50_000


@dataclass(frozen=True)
class Line:
    """Who did what to what, when, from where; `details` are what the act said of itself."""

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
    def details(self) -> str:
        return ", ".join(f"{name}: {_plain(value)}" for name, value in self.detail.items() if value not in (None, ""))


@dataclass(frozen=True)
class Narrowed:
    """Which lines: of one kind of act (`run`, `node.retry`), of one person; for operators, also those of no team."""

    action: str = ""
    who: int | None = None
    all_of_no_team: bool = False


@dataclass(frozen=True)
class Page:
    """Lines, the acts there are to choose from, and where the older ones begin."""

    lines: tuple[Line, ...]
    next_before: int | None


def page(team_id: int, narrowed: Narrowed, before: int | None = None) -> Page:
    """A page of the team's trail, and of its members' sign-ins."""
    wanted = _lines(team_id, narrowed).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(AuditEvent.id < before)
    lines = [_line(row) for row in db.session.execute(wanted)]
    return Page(tuple(lines[:PAGE]), lines[PAGE - 1].id if len(lines) > PAGE else None)


def everything(team_id: int, narrowed: Narrowed) -> Sequence[Line]:
    """The newest of them all, for a sheet."""
    return [_line(row) for row in db.session.execute(_lines(team_id, narrowed).limit(EXPORTED))]


def people(team_id: int) -> list[tuple[int, str]]:
    """The team's members, to choose one."""
    members = select(User.id, User.name).join(Membership, Membership.user_id == User.id)
    return [(row[0], row[1]) for row in db.session.execute(members.filter_by(team_id=team_id).order_by(User.name))]


def _lines(team_id: int, narrowed: Narrowed) -> Select[AuditEvent, str]:
    """Acts on the team's objects, and those of no team (signing in) by its members."""
    members = select(Membership.user_id).where(Membership.team_id == team_id)
    theirs = true() if narrowed.all_of_no_team else AuditEvent.user_id.in_(members)
    own = or_(AuditEvent.team_id == team_id, AuditEvent.team_id.is_(None) & theirs)
    wanted = (
        select(AuditEvent, User.name.label("who"))
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(own)
        .order_by(AuditEvent.id.desc())
    )
    if narrowed.action:
        wanted = wanted.where(AuditEvent.action.startswith(narrowed.action, autoescape=True))
    return wanted.where(AuditEvent.user_id == narrowed.who) if narrowed.who else wanted


def _line(row: Any) -> Line:
    event = row.AuditEvent
    return Line(
        event.id, event.at, row.who, event.action, event.object_type, event.object_id, event.address, event.detail
    )


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
