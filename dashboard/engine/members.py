"""Who is in a team and as what. A team always keeps an admin who can sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Table, delete, func, or_, select, update

from dashboard.engine import acts, audit, links, refusals
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.links import Purpose
from dashboard.models import ApiToken, Membership, Team, User

ROLES = ("viewer", "member", "admin")
ADMIN = "admin"

team = cast(Table, Team.__table__)
user = cast(Table, User.__table__)
membership = cast(Table, Membership.__table__)
api_token = cast(Table, ApiToken.__table__)


@dataclass(frozen=True)
class Member:
    """A membership as it stands, `id` being its own key."""

    id: int
    role: str
    user_id: int
    email: str
    name: str


class LastAdminError(NotAllowedError):
    """The team would be left without an admin."""


def change_role(team_id: int, user_id: int, role: str, by: int) -> None:
    """Give the member that role. LastAdminError, or NotAllowedError once `by` manages the team no more."""
    if role not in ROLES:
        raise InvalidInputError(f"A role is one of {', '.join(ROLES)}.")

    def body(connection: Connection) -> Act[None]:
        lock(connection, team_id, by)
        before = _member(connection, team_id, user_id)
        if role != ADMIN:
            _need_another_admin(connection, team_id, before)
            links.close(connection, Purpose.INVITATION, team_id=team_id, created_by=user_id)
        connection.execute(update(membership).where(membership.c.id == before.id).values(role=role))
        detail = {"person": before.email, "before": before.role, "after": role}
        line = audit.add(connection, "member.role", "user", user_id, team_id, by, detail)
        return Act(line, "member.role", None)

    with refusals.recorded("member.role", "user", user_id, team_id, by, after=role):
        acts.perform(body)


def remove(team_id: int, user_id: int, by: int) -> None:
    """Take the member out of the team, with their invitations to it and their tokens for it."""

    def body(connection: Connection) -> Act[None]:
        lock(connection, team_id, by)
        return _end(connection, team_id, user_id, "member.remove", by)

    with refusals.recorded("member.remove", "user", user_id, team_id, by):
        acts.perform(body)


def leave(team_id: int, user_id: int) -> None:
    """Go out of the team of one's own accord, whatever one's role."""

    def body(connection: Connection) -> Act[None]:
        _lock(connection, team_id)
        return _end(connection, team_id, user_id, "member.leave", user_id)

    with refusals.recorded("member.leave", "user", user_id, team_id, user_id):
        acts.perform(body)


def lock(connection: Connection, team_id: int, by: int) -> str:
    """The team's name, held against other changes of its members; NotAllowedError unless `by` may make some.

    Asked here and not only at the door: two admins may demote each other in the same moment.
    """
    name = _lock(connection, team_id)
    admins = select(membership.c.id).where(membership.c.user_id == user.c.id, membership.c.role == ADMIN)
    may = or_(user.c.is_operator, admins.where(membership.c.team_id == team_id).exists())
    if connection.execute(select(user.c.id).where(user.c.id == by, ~user.c.is_disabled, may)).first() is None:
        raise NotAllowedError(f"Only an admin of {name} can do that.")
    return name


def _lock(connection: Connection, team_id: int) -> str:
    name = connection.execute(select(team.c.name).where(team.c.id == team_id).with_for_update()).scalar()
    if name is None:
        raise NotFoundError("There is no such team.")
    return str(name)


def _member(connection: Connection, team_id: int, user_id: int) -> Member:
    found = connection.execute(
        select(membership.c.id, membership.c.role, user.c.id, user.c.email, user.c.name)
        .join(user, user.c.id == membership.c.user_id)
        .where(membership.c.team_id == team_id, membership.c.user_id == user_id)
    ).first()
    if found is None:
        raise NotFoundError("This person is not in the team any more.")
    return Member(*found)


def _need_another_admin(connection: Connection, team_id: int, but: Member) -> None:
    others = (
        select(func.count())
        .select_from(membership.join(user, user.c.id == membership.c.user_id))
        .where(membership.c.team_id == team_id, membership.c.role == ADMIN, ~user.c.is_disabled)
        .where(user.c.id != but.user_id)
    )
    if but.role == ADMIN and not connection.execute(others).scalar_one():
        raise LastAdminError(f"{but.name} is the last admin of the team. Make somebody else its admin first.")


def _end(connection: Connection, team_id: int, user_id: int, action: str, by: int) -> Act[None]:
    before = _member(connection, team_id, user_id)
    _need_another_admin(connection, team_id, before)
    connection.execute(delete(membership).where(membership.c.id == before.id))
    links.close(connection, Purpose.INVITATION, team_id=team_id, created_by=user_id)
    theirs = (api_token.c.user_id == user_id, api_token.c.team_id == team_id, api_token.c.revoked_at.is_(None))
    connection.execute(update(api_token).where(*theirs).values(revoked_at=now()))
    detail = {"person": before.email, "before": before.role, "after": None}
    return Act(audit.add(connection, action, "user", user_id, team_id, by, detail), action, None)
