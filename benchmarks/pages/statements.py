"""What a page asks of the database: how many statements, how many rows each of them reads and sorts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

SCANNED = "Handler_read_rnd_next"
COUNTERS = "SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%' OR Variable_name = 'Sort_rows'"


@dataclass(frozen=True)
class Statement:
    """One statement, the rows it read (along indexes, or in scans of tables: whichever are more), those it sorted."""

    sql: str
    values: Any
    read: int = 0
    sorted: int = 0


@contextmanager
def counted(engine: Engine) -> Iterator[list[Statement]]:
    """The statements of the block as they are sent."""
    found: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        found.append(Statement(sql, values))

    with _listening(engine, "before_cursor_execute", note):
        yield found


@contextmanager
def weighed(engine: Engine) -> Iterator[list[Statement]]:
    """The same with what they cost: MariaDB's counters are asked before and after each, and do not count that."""
    found: list[Statement] = []
    before: list[Counter[str]] = []

    def ask(_connection: Any, cursor: Any, *_rest: Any) -> None:
        before.append(_counters(cursor))

    def note(_connection: Any, cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        done = _counters(cursor)
        done.subtract(before.pop())
        ordered, scanned = done.pop("Sort_rows"), done.pop(SCANNED)
        found.append(Statement(sql, values, max(done.total(), scanned), ordered))

    with _listening(engine, "before_cursor_execute", ask), _listening(engine, "after_cursor_execute", note):
        yield found


def explained(engine: Engine, statement: Statement) -> list[str]:
    """The server's plan for it, a line a table."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement.sql}", statement.values).mappings().all()
    kept = ("table", "type", "key", "rows", "Extra")
    return ["  ".join(f"{name}={row[name]}" for name in kept) for row in rows]


def _counters(cursor: Any) -> Counter[str]:
    """What this session did so far, asked beside the cursor that is in use."""
    with cursor.connection.cursor() as beside:
        beside.execute(COUNTERS)
        return Counter({name: int(value) for name, value in beside.fetchall()})


@contextmanager
def _listening(engine: Engine, name: str, listener: Any) -> Iterator[None]:
    event.listen(engine, name, listener)
    try:
        yield
    finally:
        event.remove(engine, name, listener)
