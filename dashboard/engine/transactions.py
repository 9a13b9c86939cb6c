"""Transactions: how they begin, and how a passing database fault is ridden out."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask_sqlalchemy.session import Session
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import scoped_session

from dashboard.extensions import db

Result = TypeVar("Result")

# Deadlock, lock wait timeout, server gone, lost connection, refused, shutting down, read-only: may pass.
PASSING = frozenset({1213, 1205, 2006, 2013, 2003, 2002, 1053, 1290, 1927})
PATIENCE_SECONDS = 30.0


@contextmanager
def transaction() -> Iterator[Connection]:
    """A connection that writes, committed at the end and rolled back on any error."""
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection that only looks."""
    with db.engine.connect() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[scoped_session[Session]]:
    """The request's session, in a transaction of its own that may write; committed at the end."""
    forget_what_was_read()
    db.session.connection(execution_options={"writes": True})
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def persist(body: Callable[[Connection], Result], landed: Callable[[Result], bool] | None = None) -> Result:
    """Run `body` in a transaction, and the whole of it again when the database fails in passing.

    When the connection broke after COMMIT was sent nobody knows whether it took: `landed` then looks, given what the
    body returned, and spares a second run.
    """
    forget_what_was_read()
    patience = Patience()
    finished: list[Result] = []
    while True:
        finished.clear()
        try:
            with transaction() as connection:
                finished.append(body(connection))
            return finished[0]
        except DBAPIError as error:
            if not patience.bears(error):
                raise
        if finished and landed is not None and borne(lambda: landed(finished[0]), patience):
            return finished[0]


def look(body: Callable[[Connection], Result]) -> Result:
    """Run a `body` that only looks, and again when the database fails in passing."""

    def looked() -> Result:
        with reading() as connection:
            return body(connection)

    return borne(looked)


def borne(work: Callable[[], Result], patience: Patience | None = None) -> Result:
    """Do a piece of work that may be done twice, and again when the database fails in passing."""
    patience = patience or Patience()
    while True:
        try:
            return work()
        except DBAPIError as error:
            if not patience.bears(error):
                raise


def forget_what_was_read() -> None:
    """End the session's look at the database; on SQLite it would not see the change even if it looked again."""
    if db.session.registry.has():
        try:
            db.session.rollback()
        except DBAPIError:
            db.session().invalidate()  # the server has closed the connection meanwhile: that forgets as well


class Patience:
    """How long one piece of work bears with a failing database, waiting longer each time."""

    def __init__(self) -> None:
        self._give_up = time.monotonic() + PATIENCE_SECONDS
        self._tries = 0

    def bears(self, error: DBAPIError) -> bool:
        """False when the error will not pass or has not in time; else True, after a wait."""
        if not is_passing(error) or time.monotonic() > self._give_up:
            return False
        self._tries += 1
        time.sleep(min(2.0, 0.02 * 2**self._tries) * random.uniform(0.5, 1.5))  # noqa: S311
        return True


def is_passing(error: DBAPIError) -> bool:
    """Whether the same statement may well work in a moment."""
    if error.connection_invalidated:
        return True
    arguments = error.orig.args if error.orig is not None else ()
    if arguments and isinstance(arguments[0], int):
        return arguments[0] in PASSING
    return "database is locked" in str(error.orig)
