"""The database's own clock, in SQL: leases and due times are judged by it, never by a worker's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Double, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from dashboard.models.columns import UtcTime


class Now(FunctionElement[Any]):
    """The moment the statement began, UTC, with microseconds where the database has them."""

    type = UtcTime()
    inherit_cache = True


class Later(FunctionElement[Any]):
    """That moment plus the given number of seconds."""

    type = UtcTime()
    inherit_cache = True


class Elapsed(FunctionElement[Any]):
    """Seconds from the given moment to that one."""

    type = Double()
    inherit_cache = True


def now() -> Now:
    """The database's current time."""
    return Now()


def later(seconds: float | BindParameter[float]) -> Later:
    """The database's current time plus `seconds` (a number, or a bound parameter)."""
    return Later(bindparam(None, float(seconds)) if isinstance(seconds, int | float) else seconds)


def elapsed(since: ColumnElement[Any]) -> Elapsed:
    """Seconds from `since` to the database's current time; NULL where `since` is."""
    return Elapsed(since)


@compiles(Now)
def _now(_element: Now, _compiler: SQLCompiler, **_options: Any) -> str:
    return "UTC_TIMESTAMP(6)"


@compiles(Now, "sqlite")
def _now_sqlite(_element: Now, _compiler: SQLCompiler, **_options: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


@compiles(Later)
def _later(element: Later, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"TIMESTAMPADD(MICROSECOND, CAST({seconds} * 1000000 AS SIGNED), UTC_TIMESTAMP(6))"


@compiles(Later, "sqlite")
def _later_sqlite(element: Later, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', ({seconds}) || ' seconds')"


@compiles(Elapsed)
def _elapsed(element: Elapsed, compiler: SQLCompiler, **options: Any) -> str:
    since = compiler.process(element.clauses, **options)
    return f"TIMESTAMPDIFF(MICROSECOND, {since}, UTC_TIMESTAMP(6)) / 1000000"


@compiles(Elapsed, "sqlite")
def _elapsed_sqlite(element: Elapsed, compiler: SQLCompiler, **options: Any) -> str:
    since = compiler.process(element.clauses, **options)
    return f"(julianday('now') - julianday({since})) * 86400.0"
