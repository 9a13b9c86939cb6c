"""Tokens: a person's keys for programs. Each is for one team, may do so much, and ends by itself.

A token is 256 random bits behind a prefix that scanners for leaked secrets know; the table holds only its hash. What
it may do is weighed anew at each request: never more than the person may do in the team at that moment.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, select, update

from dashboard.engine import acts, audit, naming, refusals
from dashboard.engine.acts import Act
from dashboard.engine.clock import later, now
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.links import hash_of
from dashboard.engine.members import ROLES, membership, team, user
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import ApiToken, Membership, User

PREFIX = "psn_"
SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
DAYS = (7, 30, 90, 365)
MOST_ALIVE = 50
USED_EVERY_SECONDS = 300.0  # how exact `used_at` is: a request need not write each time

api_token = cast(Table, ApiToken.__table__)


class Scope(StrEnum):
    """What a token may do; each includes those before."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


NEEDS = dict(zip(Scope, ROLES, strict=True))  # the role that may do as much


@dataclass(frozen=True)
class Key:
    """A token that opens: whose it is, their membership of its team, and what it may do at most."""

    id: int
    user: User
    membership: Membership
    scope: Scope
    was_used_lately: bool


def make(user_id: int, team_id: int, name: str, scope: str, days: int) -> str:
    """A new token of that member, to be shown once; InvalidInputError when it would do more than they may."""
    token = PREFIX + secrets.token_urlsafe(32)
    with refusals.recorded("token.make", "team", team_id, team_id, user_id, name=name[:200], scope=scope[:20]):
        tidy, wanted = naming.checked(name, "A token"), _checked(scope)
        if days not in DAYS:
            raise InvalidInputError(f"A token lasts {', '.join(map(str, DAYS))} days.")
        values = {"name": tidy, "scopes": _written(wanted), "token_hash": hash_of(token)}
        acts.perform(lambda connection: _make(connection, user_id, team_id, wanted, values, timedelta(days=days)))
    return token


def revoke(token_id: int, by: int) -> None:
    """End the token; NotFoundError when it is over already."""

    def body(connection: Connection) -> Act[None]:
        mine = api_token.c.id == token_id
        row = connection.execute(select(api_token).where(mine, is_alive()).with_for_update()).first()
        if row is None:
            raise NotFoundError("This token is over already.")
        connection.execute(update(api_token).where(mine).values(revoked_at=now()))
        detail = {"name": row.name, "of": row.user_id}
        line = audit.add(connection, "token.revoke", "token", token_id, row.team_id, by, detail)
        return Act(line, "token.revoke", None)

    acts.perform(body)


def revoke_all(connection: Connection, user_id: int) -> int:
    """End all tokens of the person within the caller's transaction; how many there were."""
    theirs = update(api_token).where(api_token.c.user_id == user_id, api_token.c.revoked_at.is_(None))
    return int(connection.execute(theirs.values(revoked_at=now())).rowcount)


def find(token: str) -> Key | None:
    """What the token opens at this moment, in one query; None once it, or the person's place in the team, is over."""
    if not SHAPE.fullmatch(token):
        return None
    is_theirs = and_(Membership.user_id == ApiToken.user_id, Membership.team_id == ApiToken.team_id)
    lately = func.coalesce(ApiToken.used_at > later(-USED_EVERY_SECONDS), False)
    wanted = (
        select(ApiToken.id, User, Membership, ApiToken.scopes, lately)
        .join(User, User.id == ApiToken.user_id)
        .join(Membership, is_theirs)
        .where(ApiToken.token_hash == hash_of(token), is_alive(), ~User.is_disabled)
    )
    row = db.session.execute(wanted).first()
    return Key(row[0], row[1], row[2], Scope(row[3].split()[-1]), bool(row[4])) if row else None


def note_use(token_id: int) -> None:
    """A program has just come with it."""
    with transaction() as connection:
        connection.execute(update(api_token).where(api_token.c.id == token_id).values(used_at=now()))


def is_alive() -> ColumnElement[bool]:
    """SQL: the token was not revoked and its time has not passed."""
    return and_(api_token.c.revoked_at.is_(None), api_token.c.expires_at > now())


def _make(
    connection: Connection, user_id: int, team_id: int, scope: Scope, values: dict[str, str], lasts: timedelta
) -> Act[None]:
    """The team's row is locked first, as by whoever removes the person: none is made for one who has just left."""
    connection.execute(select(team.c.id).where(team.c.id == team_id).with_for_update())
    _need_role(connection, user_id, team_id, scope)
    alive = select(func.count()).select_from(api_token).where(api_token.c.user_id == user_id, is_alive())
    if connection.execute(alive).scalar_one() >= MOST_ALIVE:
        raise NotAllowedError(f"You have {MOST_ALIVE} tokens. Revoke those that no program uses.")
    times = {"created_at": now(), "expires_at": later(lasts.total_seconds())}
    added = connection.execute(insert(api_token).values(user_id=user_id, team_id=team_id, **values, **times))
    token_id = int(added.inserted_primary_key[0])  # type: ignore[index]  # an INSERT of one row always has one
    detail = {"name": values["name"], "may": values["scopes"], "days": lasts.days}
    return Act(audit.add(connection, "token.make", "token", token_id, team_id, user_id, detail), "token.make", None)


def _need_role(connection: Connection, user_id: int, team_id: int, scope: Scope) -> None:
    inside = membership.join(user, user.c.id == membership.c.user_id)
    mine = (membership.c.team_id == team_id, membership.c.user_id == user_id, ~user.c.is_disabled)
    role = connection.execute(select(membership.c.role).select_from(inside).where(*mine)).scalar()
    if role is None:
        raise NotFoundError("You are not in this team any more.")
    if ROLES.index(role) < ROLES.index(NEEDS[scope]):
        raise InvalidInputError(f"You are {role} in this team; a token that may {scope} needs the role {NEEDS[scope]}.")


def _checked(scope: str) -> Scope:
    try:
        return Scope(scope)
    except ValueError:
        raise InvalidInputError(f"A token may {', '.join(Scope)}.") from None


def _written(scope: Scope) -> str:
    return " ".join(list(Scope)[: list(Scope).index(scope) + 1])
