"""Statements whose answer is not needed at once travel to MySQL together with the next one whose answer is.

A transition is half a dozen statements, and each would wait for its answer before the next is sent; most of those
answers say only "done". A statement with the execution option `deferred` is kept back on the connection and sent in
front of the next one, or of COMMIT, in the same packet. The server executes them in the same order, in the same
transaction, and stops at the first that fails, whose error is raised there. What is deferred must say what it relies
on: with the option `expects`, another number of rows raises Unexpected when the packet is answered.

Only workers use this (`install`): a connection that takes several statements in a packet is none for a web process,
which builds its statements around what people send.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymysql.connections import Connection as Plain
from pymysql.constants import CLIENT
from sqlalchemy import Engine, event


class Unexpected(Exception):
    """A deferred statement changed another number of rows than it relied on."""


@dataclass(frozen=True)
class Kept:
    """A statement that waits to be sent, and the number of rows it must change, if that matters."""

    sql: bytes
    expects: int | None


class Connection(Plain):  # type: ignore[misc]
    """PyMySQL's connection, with a pipeline of statements in front of the next."""

    def __init__(self, *arguments: Any, client_flag: int = 0, **options: Any) -> None:
        self._kept: list[Kept] = []
        super().__init__(*arguments, client_flag=client_flag | CLIENT.MULTI_STATEMENTS, **options)

    def keep(self, sql: str, expects: int | None) -> None:
        """Send it with the next."""
        self._kept.append(Kept(sql.encode(self.encoding), expects))

    def query(self, sql: str | bytes, unbuffered: bool = False) -> int:
        kept, self._kept = self._kept, []
        last = sql.encode(self.encoding) if isinstance(sql, str) else sql
        changed: list[int] = []
        try:
            changed.append(super().query(b";".join([*(one.sql for one in kept), last]), unbuffered and not kept))
            for _ in kept:
                changed.append(self.next_result(unbuffered))
        finally:
            _check(kept, changed)  # a row that was missed explains the error of a later statement
        return changed[-1]

    def commit(self) -> None:
        if any(one.expects is not None for one in self._kept):
            self.query("DO 0")  # what may raise Unexpected must have been answered before COMMIT is sent
        self.query("COMMIT") if self._kept else super().commit()

    def rollback(self) -> None:
        self._kept.clear()
        super().rollback()


def install(engine: Engine) -> None:
    """Let the engine's connections keep deferred statements back; does nothing where the database is not MySQL."""
    if engine.dialect.name not in ("mysql", "mariadb"):
        return

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Connection:
        return Connection(*arguments, **options)

    @event.listens_for(engine, "do_execute")
    def defer(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
        options = context.execution_options
        if not options.get("deferred"):
            return False
        cursor.connection.keep(cursor.mogrify(statement, parameters), options.get("expects"))
        cursor.rowcount, cursor.lastrowid = options.get("expects", 0), None
        return True


def _check(kept: Sequence[Kept], changed: Sequence[int]) -> None:
    for one, count in zip(kept, changed, strict=False):
        if one.expects not in (None, count):
            raise Unexpected(f"{count} rows instead of {one.expects}.")
