"""The rubrics a team can use: those that come with PaperSnitch, and its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from dashboard.extensions import db
from dashboard.judging.rubric import NAMES, load, shipped
from dashboard.models import TeamRubric, User


@dataclass(frozen=True)
class Version:
    """A version of a rubric; who saved it and when, for a team's own."""

    number: str
    who: str = ""
    when: datetime | None = None


@dataclass(frozen=True)
class Shelf:
    """A rubric with its versions, newest first. Without a title it is the team's own."""

    name: str
    versions: tuple[Version, ...]
    title: str = ""
    criteria: int = 0

    @property
    def is_own(self) -> bool:
        return self.name not in NAMES


def listed(team_id: int) -> list[Shelf]:
    """Every rubric the team can use, its own last. One query."""
    return [*_shipped(), *_own(team_id)]


def versions(team_id: int, name: str) -> tuple[Version, ...]:
    """The versions of one rubric, newest first; none when the team has no such rubric."""
    return next((shelf.versions for shelf in listed(team_id) if shelf.name == name), ())


def names(team_id: int) -> dict[str, str]:
    """All that a run can be judged by, `neurips@2025.1`, with how it is called."""
    shelves = listed(team_id)
    return {f"{one.name}@{version.number}": f"{one.title or one.name} {version.number}"
            for one in shelves for version in one.versions}  # fmt: skip


def _shipped() -> list[Shelf]:
    found = []
    for name, numbers in shipped().items():
        newest = load(name)
        found.append(Shelf(name, tuple(map(Version, numbers)), newest.title, len(newest.criteria)))
    return found


def _own(team_id: int) -> list[Shelf]:
    rows = db.session.execute(
        select(TeamRubric.name, TeamRubric.version, func.coalesce(User.name, "").label("who"), TeamRubric.created_at)
        .outerjoin(User, User.id == TeamRubric.created_by)
        .where(TeamRubric.team_id == team_id)
        .order_by(TeamRubric.name, TeamRubric.version.desc())
    )
    by_name: dict[str, list[Version]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(Version(str(row.version), row.who, row.created_at))
    return [Shelf(name, tuple(found)) for name, found in by_name.items()]
