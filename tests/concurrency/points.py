"""Trigger points: hold a thread just before one of its statements, until another has made its move.

The engine gives each of its statements a name (the execution option `point`). The hooks live here, on the events of
SQLAlchemy's engine; the product knows nothing of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event, text

from dashboard.extensions import db

Act = Callable[[], Any]

PATIENCE_SECONDS = 20.0
COMMIT = "COMMIT"


@dataclass
class Walk:
    """An act on its way from statement to statement; held before its statement number `stop_at`, counted from 1."""

    act: Act
    stop_at: int = 0
    points: list[str] = field(default_factory=list)
    _thread: int = 0
    _connection: int = 0
    _is_there: threading.Event = field(default_factory=threading.Event)
    _go_on: threading.Event = field(default_factory=threading.Event)

    def begin(self, app: Flask) -> Any:
        """Make the act in this thread; what it returns or raises."""
        self._thread = threading.get_ident()
        with app.app_context():
            try:
                return self.act()
            except Exception as error:
                return error

    def go_on(self) -> None:
        """Let it pass the point where it is held."""
        self._go_on.set()

    def arrives(self, act: Future[Any]) -> bool:
        """Wait until it is held; False when it has ended without coming to that statement."""
        while not self._is_there.wait(0.001):
            if act.done():
                return self._is_there.is_set()
        return True

    def ends(self, act: Future[Any]) -> bool:
        """Wait until it has ended; False as soon as it waits for a lock instead."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not act.done():
            assert time.monotonic() < give_up, f"neither at its end nor at a lock: {self.points}"
            time.sleep(0.002)
            if _waits_for_a_lock(self._connection):
                return False
        return True

    def pass_by(self, point: str, connection: Connection) -> None:
        if self._thread != threading.get_ident():
            return
        self._connection = _server_id(connection)
        self.points.append(point)
        if len(self.points) == self.stop_at:
            self._is_there.set()
            assert self._go_on.wait(PATIENCE_SECONDS), f"held before {point} for too long"


@contextmanager
def watched(*walks: Walk) -> Iterator[None]:
    """Every statement and COMMIT of these walks goes past them, for the time of the block."""

    def statement(connection: Connection, _cursor: Any, sql: str, _parameters: Any, context: Any, _many: bool) -> None:
        options = context.execution_options if context is not None else {}
        pass_all(options.get("point") or " ".join(sql.split())[:60], connection)

    def commit(connection: Connection) -> None:
        pass_all(COMMIT, connection)

    def pass_all(point: str, connection: Connection) -> None:
        for walk in walks:
            walk.pass_by(point, connection)

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", statement)
        event.remove(db.engine, "commit", commit)


def _waits_for_a_lock(connection: int) -> bool:
    """Whether that connection waits for a row. Not asked of innodb_trx, which answers from memory for 0.1 s."""
    with db.engine.connect() as look:
        status = str(look.execute(text("SHOW ENGINE INNODB STATUS")).one()[2])
    its_own = [part for part in status.split("---TRANSACTION ") if f"thread id {connection}," in part]
    return any("LOCK WAIT" in part for part in its_own)


def _server_id(connection: Connection) -> int:
    driver: Any = connection.connection.dbapi_connection
    return int(driver.thread_id())
