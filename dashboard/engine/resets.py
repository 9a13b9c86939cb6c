"""Passwords forgotten: a link to the person's own address, or from an operator's hand, lets them choose another."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, func, select, update

from dashboard import email_address, passwords
from dashboard.engine import accounts, acts, audit, links, refusals, sessions
from dashboard.engine.acts import Act
from dashboard.engine.clock import later
from dashboard.engine.errors import NotFoundError
from dashboard.engine.links import Purpose, link
from dashboard.engine.members import user
from dashboard.extensions import db
from dashboard.models import SignInLink, User

OPEN_FOR = timedelta(hours=1)
MOST_AN_HOUR = 3
GONE = "This link was used or is older than an hour. Ask for a new one."


def ask(email: str) -> tuple[str, str] | None:
    """For somebody who says that this is their address: where to send which token, or None when nothing is to be sent.

    Nobody of that address, a disabled person, and one who was sent three within the hour get nothing. Each case leaves
    a line in the audit trail.
    """
    address, token = email_address.folded(email), links.new_token()

    def body(connection: Connection) -> Act[str | None]:
        known = select(user.c.id, user.c.email).where(user.c.email == address, ~user.c.is_disabled)
        found = connection.execute(known.with_for_update()).first()
        if found is None or _asked_lately(connection, found.id) >= MOST_AN_HOUR:
            about = {"email": address[:200], "sent": False}
            line = audit.add(connection, "user.reset_ask", "user", found.id if found else None, None, None, about)
            return Act(line, "user.reset_ask", None)
        links.add(connection, Purpose.RESET, token, OPEN_FOR, user_id=found.id)
        about = {"email": found.email, "sent": True}
        return Act(
            audit.add(connection, "user.reset_ask", "user", found.id, None, None, about), "user.reset_ask", found.email
        )

    to = acts.perform(body)
    return None if to is None else (to, token)


def make(user_id: int, by: int | None) -> str:
    """The token of a link for that person, made by an operator, or at the command line by nobody in particular."""
    token = links.new_token()

    def body(connection: Connection) -> Act[None]:
        if by is not None:
            accounts.lock_operators(connection, by)
        email = connection.execute(select(user.c.email).where(user.c.id == user_id, ~user.c.is_disabled)).scalar()
        if email is None:
            raise NotFoundError("There is no such person, or they are disabled.")
        links.add(connection, Purpose.RESET, token, OPEN_FOR, user_id=user_id, created_by=by)
        line = audit.add(connection, "user.reset_link", "user", user_id, None, by, {"person": email})
        return Act(line, "user.reset_link", None)

    with refusals.recorded("user.reset_link", "user", user_id, None, by):
        acts.perform(body)
    return token


def find(token: str) -> User:
    """The person whose open link this is; NotFoundError when there is none."""
    wanted = (
        select(User)
        .join(SignInLink, SignInLink.user_id == User.id)
        .where(SignInLink.token_hash == links.hash_of(token), *links.is_open(Purpose.RESET), ~User.is_disabled)
    )
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFoundError(GONE)
    return found


def use(token: str, password: str) -> None:
    """Take the new password: every session of the person ends, and every other link of theirs closes."""

    def body(connection: Connection) -> Act[None]:
        if not links.close(connection, Purpose.RESET, token_hash=links.hash_of(token)):
            raise NotFoundError(GONE)
        links.close(connection, Purpose.RESET, user_id=user_id)
        connection.execute(update(user).where(user.c.id == user_id).values(password_hash=hashed))
        detail = {"sessions ended": sessions.close(connection, user_id)}
        return Act(audit.add(connection, "user.reset", "user", user_id, None, user_id, detail), "user.reset", None)

    with refusals.recorded("user.reset", "user", None):
        person = find(token)
        user_id, hashed = person.id, passwords.hash_of(password, person.email, person.name)
        acts.perform(body)


def _asked_lately(connection: Connection, user_id: int) -> int:
    """Links a person was sent within the hour on somebody's asking."""
    theirs = (link.c.purpose == Purpose.RESET, link.c.user_id == user_id, link.c.created_by.is_(None))
    recent = select(func.count()).where(*theirs, link.c.created_at > later(-3600))
    return int(connection.execute(recent).scalar_one())
