"""Who asks: the person behind a browser's session or a program's token, with what they may do in their teams."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from flask import Request, abort, g, request
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dashboard.engine import sessions, tokens
from dashboard.engine.errors import NotAllowedError
from dashboard.engine.tokens import Scope
from dashboard.extensions import db
from dashboard.models import Membership, OpenSession, User

FOR_PROGRAMS = "/api/v1/"


class RoleError(NotAllowedError):
    """The move may be allowed, but not to this person."""


class Role(IntEnum):
    """What a member may do; each includes those before."""

    VIEWER = 1
    MEMBER = 2
    ADMIN = 3


MOST = {Scope.READ: Role.VIEWER, Scope.WRITE: Role.MEMBER, Scope.ADMIN: Role.ADMIN}


@dataclass(frozen=True)
class Viewer:
    """The person who asks, with the teams they are in, and the session or the token they ask with (0: not with one).

    Of a token the team is the only one, and `most` caps their role in it.
    """

    user: User
    memberships: tuple[Membership, ...]
    session_id: int = 0
    was_seen_lately: bool = True
    token_id: int = 0
    most: Role = Role.ADMIN

    @property
    def team_ids(self) -> list[int]:
        return [membership.team_id for membership in self.memberships]

    def role_in(self, team_id: int) -> Role:
        """Their role there; 404 when they are not in that team."""
        for membership in self.memberships:
            if membership.team_id == team_id:
                return min(Role[membership.role.upper()], self.most)
        abort(404)


def load_user(token: str) -> User | None:
    """Flask-Login's loader: the person, their teams and their session in one query; None once the session is over.

    A cookie opens nothing that is made for programs, so that no other site can make a browser act there.
    """
    if request.path.startswith(FOR_PROGRAMS):
        return None
    rows = db.session.execute(
        select(User, Membership, OpenSession.id, sessions.was_seen_lately())
        .join(OpenSession, OpenSession.user_id == User.id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .options(joinedload(Membership.team, innerjoin=False))  # or who is in no team would be nobody
        .where(sessions.is_open(token))
        .order_by(Membership.team_id)
    ).all()
    if not rows:
        return None
    user, _, session_id, was_seen_lately = rows[0]
    memberships = tuple(membership for _, membership, *_ in rows if membership is not None)
    g.viewer = Viewer(user, memberships, session_id, bool(was_seen_lately))
    return g.viewer.user  # type: ignore[no-any-return]


def by_token(asked: Request) -> User | None:
    """Flask-Login's loader for programs: the person whose token comes as `Authorization: Bearer`, in one query.

    A token opens nothing but what is made for programs.
    """
    bearer = asked.authorization
    if not asked.path.startswith(FOR_PROGRAMS) or bearer is None or bearer.type != "bearer":
        return None
    key = tokens.find(bearer.token or "")
    if key is None:
        return None
    if not key.was_used_lately:
        tokens.note_use(key.id)
    g.viewer = Viewer(key.user, (key.membership,), token_id=key.id, most=MOST[key.scope])
    return key.user


def viewer() -> Viewer:
    """The person signed in."""
    if not current_user.is_authenticated or "viewer" not in g:
        abort(401)
    return g.viewer  # type: ignore[no-any-return]
