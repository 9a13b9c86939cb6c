"""Database faults at chosen statements: what the server would say, and what it would have done when it says so.

A deadlock rolls the server's transaction back; a lock wait that timed out keeps it; a lost connection is closed for
good, before the statement reached the server or after it was carried out. A statement is known by its named point, or
by its text where it has none. COMMIT is a statement too.
"""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any
from zlib import crc32

import pymysql
from sqlalchemy import Connection, Engine, event

EVERY = "CHAOS_INJECT"  # a worker meets a fault at each so many executions of every statement, each kind once
RECORD = "CHAOS_INJECTED"  # the file in which a line is written for each fault
COMMIT = "COMMIT"


class Injury(StrEnum):
    """What happens to a statement."""

    DEADLOCK = "1213"
    LOCK_WAIT = "1205"
    NEVER_SENT = "2013 before"
    ANSWER_LOST = "2013 after"


class Injector:
    """Listens on an engine, or on all. `choose` gets a statement's name, how often it came, and says what to do."""

    def __init__(self, engine: Engine | type[Engine], choose: Callable[[str, int], Injury | None]) -> None:
        self.seen: Counter[str] = Counter()
        self.done: list[tuple[str, Injury]] = []
        self._choose = choose
        self._engine = engine

    def __enter__(self) -> Injector:
        event.listen(self._engine, "do_execute", self._execute)
        event.listen(self._engine, "do_executemany", self._execute_many)
        event.listen(self._engine, "commit", self._commit)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "do_execute", self._execute)
        event.remove(self._engine, "do_executemany", self._execute_many)
        event.remove(self._engine, "commit", self._commit)

    def _execute(self, cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
        return self._meet(name_of(statement, context), cursor.connection, lambda: cursor.execute(statement, parameters))

    def _execute_many(self, cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
        name = name_of(statement, context)
        return self._meet(name, cursor.connection, lambda: cursor.executemany(statement, parameters))

    def _commit(self, connection: Connection) -> None:
        """Break the connection under the commit that follows; the driver then finds out by itself."""
        raw: Any = connection.connection.dbapi_connection
        injury = self._injury_to(COMMIT)
        if injury == Injury.ANSWER_LOST:
            raw.commit()
        if injury in (Injury.ANSWER_LOST, Injury.NEVER_SENT):
            _break(raw)

    def _meet(self, name: str, raw: Any, execute: Callable[[], object]) -> bool | None:
        injury = self._injury_to(name)
        if injury is None:
            return None
        if injury == Injury.ANSWER_LOST:
            execute()
        if injury in (Injury.ANSWER_LOST, Injury.NEVER_SENT):
            _break(raw)
            raise pymysql.err.OperationalError(2013, "Lost connection to server during query")
        if injury == Injury.DEADLOCK:
            raw.rollback()
            raise pymysql.err.OperationalError(1213, "Deadlock found when trying to get lock")
        raise pymysql.err.OperationalError(1205, "Lock wait timeout exceeded")

    def _injury_to(self, name: str) -> Injury | None:
        self.seen[name] += 1
        injury = self._choose(name, self.seen[name])
        if injury is not None:
            self.done.append((name, injury))
        return injury


def name_of(statement: str, context: Any) -> str:
    """The statement's named point, or its text."""
    return str(context.execution_options.get("point") or statement)


def install() -> None:
    """In a worker: meet every kind of fault once at every statement, as the environment asks."""
    every = int(os.environ.get(EVERY, "0"))
    if not every:
        return

    def choose(name: str, count: int) -> Injury | None:
        turn, rest = divmod(count + crc32(name.encode()) % every, every)  # not all statements of a verb at once
        kinds = list(Injury)
        if rest or not 0 < turn <= len(kinds):
            return None
        note([f"{kinds[turn - 1]} {' '.join(name.split())}"])
        return kinds[turn - 1]

    Injector(Engine, choose).__enter__()


def note(lines: Sequence[str]) -> None:
    """Tell the stage which faults struck: one line each in the file that the environment names."""
    with Path(os.environ[RECORD]).open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def _break(raw: Any) -> None:
    with suppress(OSError):
        raw._sock.shutdown(socket.SHUT_RDWR)
