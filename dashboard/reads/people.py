"""Who is in a team, whom it has invited, and who is on this site at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select

from dashboard.engine import links
from dashboard.engine.links import Purpose, link
from dashboard.engine.members import ADMIN
from dashboard.extensions import db
from dashboard.models import Membership, Team, User

PAGE = 100


@dataclass(frozen=True)
class MemberRow:
    """A member as their team sees them."""

    user_id: int
    name: str
    email: str
    role: str
    is_disabled: bool
    has_second_factor: bool
    last_sign_in_at: datetime | None


@dataclass(frozen=True)
class InvitationRow:
    """An open invitation, without the link: that was shown once."""

    id: int
    email: str
    role: str
    invited_by: str | None
    expires_at: datetime


@dataclass(frozen=True)
class TeamRow:
    """A team as operators see it; `admins` are those who can sign in."""

    id: int
    name: str
    members: int
    admins: int
    created_at: datetime


@dataclass(frozen=True)
class PersonRow:
    """A person as operators see them."""

    id: int
    name: str
    email: str
    is_operator: bool
    is_disabled: bool
    has_second_factor: bool
    last_sign_in_at: datetime | None


def members(team_id: int) -> Sequence[MemberRow]:
    """The team's members by name; one query."""
    wanted = (
        select(User.id, User.name, User.email, Membership.role, User.is_disabled)
        .add_columns(User.second_factor_at.is_not(None), User.last_sign_in_at)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team_id)
        .order_by(User.name, User.id)
    )
    return [MemberRow(*row) for row in db.session.execute(wanted)]


def invitations(team_id: int) -> Sequence[InvitationRow]:
    """The team's open invitations, the newest first."""
    wanted = (
        select(link.c.id, link.c.email, link.c.role, User.name, link.c.expires_at)
        .outerjoin(User, User.id == link.c.created_by)
        .where(link.c.team_id == team_id, *links.is_open(Purpose.INVITATION))
        .order_by(link.c.id.desc())
    )
    return [InvitationRow(*row) for row in db.session.execute(wanted)]


def teams() -> Sequence[TeamRow]:
    """Every team by name, with how many are in it."""
    is_admin = case(((Membership.role == ADMIN) & ~User.is_disabled, 1), else_=0)
    wanted = (
        select(Team.id, Team.name, func.count(Membership.id), func.coalesce(func.sum(is_admin), 0), Team.created_at)
        .outerjoin(Membership, Membership.team_id == Team.id)
        .outerjoin(User, User.id == Membership.user_id)
        .group_by(Team.id, Team.name, Team.created_at)
        .order_by(Team.name, Team.id)
    )
    return [TeamRow(row[0], row[1], row[2], int(row[3]), row[4]) for row in db.session.execute(wanted)]


def people(words: str, after: str = "") -> tuple[Sequence[PersonRow], str | None]:
    """A page of the site's people by address, those whose name or address holds the words; where the next begins."""
    wanted = select(User.id, User.name, User.email, User.is_operator, User.is_disabled).add_columns(
        User.second_factor_at.is_not(None), User.last_sign_in_at
    )
    if words:
        small = words.lower()
        held_by = (User.email, func.lower(User.name))
        wanted = wanted.where(or_(*(column.contains(small, autoescape=True) for column in held_by)))
    rows = db.session.execute(wanted.where(User.email > after).order_by(User.email).limit(PAGE + 1))
    found = [PersonRow(*row) for row in rows]
    return found[:PAGE], found[PAGE - 1].email if len(found) > PAGE else None
