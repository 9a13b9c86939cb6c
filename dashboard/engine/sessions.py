"""Sessions: each browser in which a person is signed in, until it is ended, idles too long or grows too old.

The cookie holds a token of 256 bits, the table only its hash. Whoever reads the table can sign in nowhere.
"""

from __future__ import annotations

import secrets
from typing import cast

from flask import current_app
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, or_, select, update

from dashboard import browsers
from dashboard.config import Settings
from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import later, now
from dashboard.engine.errors import NotFoundError
from dashboard.engine.links import hash_of
from dashboard.engine.transactions import transaction
from dashboard.models import OpenSession, User

SEEN_EVERY_SECONDS = 300.0  # how exact `seen_at` is: a visit need not write each time
KEPT_SECONDS = 7 * 24 * 3600.0
AT_A_TIME = 500
LONGEST_BROWSER = 300

session = cast(Table, OpenSession.__table__)
person = cast(Table, User.__table__)


def begin(user_id: int, how: str, address: str | None, browser: str) -> str:
    """Open a session for a person who has proved who they are, `how`ever that was; the token for its cookie."""
    token = secrets.token_urlsafe(32)
    seconds = _settings().session_seconds
    times = {"created_at": now(), "seen_at": now(), "expires_at": later(seconds)}

    def body(connection: Connection) -> Act[str]:
        values = {"user_id": user_id, "token_hash": hash_of(token), "address": address}
        connection.execute(insert(session).values(values | times | {"browser": browser[:LONGEST_BROWSER]}))
        connection.execute(update(person).where(person.c.id == user_id).values(last_sign_in_at=now()))
        detail = {"how": how, "browser": browsers.words(browser)}
        return Act(audit.add(connection, "user.sign_in", "user", user_id, None, user_id, detail), "user.sign_in", token)

    return acts.perform(body)


def is_open(token: str) -> ColumnElement[bool]:
    """SQL: this is the session of that token, still open, of a person who may come in. Needs `open_session` and
    `user_account` in the statement."""
    return and_(session.c.token_hash == hash_of(token), goes_on(), person.c.is_disabled.is_(False))


def goes_on() -> ColumnElement[bool]:
    """SQL: the session was not ended, is not too old, and has not idled too long."""
    idle = session.c.seen_at > later(-_settings().session_idle_seconds)
    return and_(session.c.ended_at.is_(None), session.c.expires_at > now(), idle)


def was_seen_lately() -> ColumnElement[bool]:
    """SQL: `seen_at` is exact enough."""
    return session.c.seen_at > later(-SEEN_EVERY_SECONDS)


def see(session_id: int) -> None:
    """The person has just visited from there."""
    with transaction() as connection:
        connection.execute(update(session).where(session.c.id == session_id).values(seen_at=now()))


def sign_out(user_id: int, session_id: int) -> None:
    """The person leaves that browser. A copy of its cookie is worth nothing from now on."""

    def body(connection: Connection) -> Act[None]:
        close(connection, user_id, session.c.id == session_id)
        return Act(audit.add(connection, "user.sign_out", "user", user_id, None, user_id), "user.sign_out", None)

    acts.perform(body)


def revoke(user_id: int, session_id: int) -> None:
    """End another session of the person's own; NotFoundError when it is not theirs or over already."""

    def body(connection: Connection) -> Act[None]:
        mine = select(session.c.browser).where(session.c.user_id == user_id, session.c.id == session_id, goes_on())
        browser = connection.execute(mine.with_for_update()).scalar()
        if browser is None:
            raise NotFoundError("This session is over already.")
        close(connection, user_id, session.c.id == session_id)
        detail = {"browser": browsers.words(browser)}
        action = "user.session_end"
        return Act(audit.add(connection, action, "session", session_id, None, user_id, detail), action, None)

    acts.perform(body)


def revoke_others(user_id: int, kept_id: int) -> int:
    """End every session of the person but that one (0: all of them); how many there were."""

    def body(connection: Connection) -> Act[int]:
        ended = close(connection, user_id, session.c.id != kept_id)
        action = "user.sessions_end"
        detail = {"ended": ended}
        return Act(audit.add(connection, action, "user", user_id, None, user_id, detail), action, ended)

    return acts.perform(body)


def close(connection: Connection, user_id: int, which: ColumnElement[bool] | None = None) -> int:
    """End the person's sessions, or `which` of them, within the caller's transaction; how many there were.

    A changed password, a disabled person and a lost second factor all end here.
    """
    theirs = update(session).where(session.c.user_id == user_id, session.c.ended_at.is_(None))
    ended = connection.execute((theirs if which is None else theirs.where(which)).values(ended_at=now()))
    return int(ended.rowcount)


def forget_the_ended() -> int:
    """Delete sessions over for a week, some at a time; how many there were."""
    forgotten = 0
    while True:
        with transaction() as connection:
            old = connection.execute(select(session.c.id).where(_is_long_over()).limit(AT_A_TIME)).scalars().all()
            connection.execute(delete(session).where(session.c.id.in_(old)))
        forgotten += len(old)
        if len(old) < AT_A_TIME:
            return forgotten


def _is_long_over() -> ColumnElement[bool]:
    idle = session.c.seen_at < later(-_settings().session_idle_seconds - KEPT_SECONDS)
    return or_(session.c.ended_at < later(-KEPT_SECONDS), session.c.expires_at < later(-KEPT_SECONDS), idle)


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
