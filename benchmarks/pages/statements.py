"""What a page asks of the database: how many statements, how many rows each of them reads and sorts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

COUNTERS = "SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%' OR Variable_name = 'Sort_rows'"


@dataclass(frozen=True)
class Statement:
    """One statement, and the rows it read and sorted, whether from a table, an index or a temporary table."""

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
    """The same with what they cost. The counters are asked before and after each; what asking costs is taken off."""
    found: list[Statement] = []
    before: list[tuple[int, int]] = []

    def ask(_connection: Any, cursor: Any, *_rest: Any) -> None:
        own = _cost(_counters(cursor), _counters(cursor))
        read, ordered = _counters(cursor)
        before.append((read + own[0], ordered + own[1]))

    def note(_connection: Any, cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        cost = _cost(before.pop(), _counters(cursor))
        found.append(Statement(sql, values, *cost))

    with _listening(engine, "before_cursor_execute", ask), _listening(engine, "after_cursor_execute", note):
        yield found


def explained(engine: Engine, statement: Statement) -> list[str]:
    """The server's plan for it, a line a table."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement.sql}", statement.values).mappings().all()
    kept = ("table", "type", "key", "rows", "Extra")
    return ["  ".join(f"{name}={row[name]}" for name in kept) for row in rows]


def _counters(cursor: Any) -> tuple[int, int]:
    """Rows read and rows sorted by this session so far, asked beside the cursor that is in use."""
    with cursor.connection.cursor() as beside:
        beside.execute(COUNTERS)
        found = {name: int(value) for name, value in beside.fetchall()}
    return sum(value for name, value in found.items() if name != "Sort_rows"), found["Sort_rows"]


def _cost(before: tuple[int, int], after: tuple[int, int]) -> tuple[int, int]:
    return after[0] - before[0], after[1] - before[1]


@contextmanager
def _listening(engine: Engine, name: str, listener: Any) -> Iterator[None]:
    event.listen(engine, name, listener)
    try:
        yield
    finally:
        event.remove(engine, name, listener)
