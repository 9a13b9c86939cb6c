"""Tallies for those who watch: how attempts ended and how long they took, what models were sent and cost.

A sweeper adds the rows that came since it last looked, so that nobody ever reads through history, and a total goes on
growing when old rows are removed. Counting begins with the first look.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, and_, func, insert, or_, select, update

from dashboard.engine.clock import elapsed
from dashboard.engine.tables import attempt, model_call, node
from dashboard.engine.transactions import reading, transaction
from dashboard.models import Tally

AT_ONCE = 2_000
MOST_TURNS = 5  # in one sweep
STILL_SECONDS = 10.0  # until a row counts: one with a lower id, of a slower transaction, may yet appear
LONGEST_CALL_SECONDS = 3600.0  # an unsettled call older than that was given up: it counts with the most it could use

NODE_BOUNDS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
WAIT_BOUNDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
BEYOND = "+Inf"

Counts = dict[str, Any]
_tally = cast(Table, Tally.__table__)


@dataclass(frozen=True)
class Counting:
    """What is counted: the rows of `table`, each with whether it `is_final`, and how one is added to the counts."""

    name: str
    table: Table
    rows: Select[Any]
    add: Callable[[Counts, Row[Any]], None]


def count_all() -> int:
    """Add what is new to every tally; how many rows that were."""
    return sum(_catch_up(counting) for counting in (ATTEMPTS, MODEL_CALLS))


def read(name: str) -> Counts:
    """The totals of that name; empty where nobody has counted yet."""
    with reading() as connection:
        return connection.execute(select(_tally.c.counts).where(_tally.c.name == name)).scalar() or {}


def count(counting: Counting) -> int:
    """Add the next rows to the tally; 0 when none is final, or when another sweeper was first."""
    with reading() as connection:
        kept = connection.execute(select(_tally).where(_tally.c.name == counting.name)).first()
        after = kept.last_id if kept else 0
        rows = counting.rows.where(counting.table.c.id > after).order_by(counting.table.c.id).limit(AT_ONCE)
        final = list(takewhile(lambda row: row.is_final, connection.execute(rows))) if kept else []
    if kept is None:
        return _begin(counting)
    if not final:
        return 0
    counts = deepcopy(kept.counts)
    for row in final:
        counting.add(counts, row)
    mine = _tally.c.name == counting.name, _tally.c.last_id == kept.last_id
    with transaction() as connection:
        landed = connection.execute(update(_tally).where(*mine).values(last_id=final[-1].id, counts=counts))
    return len(final) * landed.rowcount


def _catch_up(counting: Counting) -> int:
    total = 0
    for _ in range(MOST_TURNS):
        total += (added := count(counting))
        if added < AT_ONCE:
            break
    return total


def _begin(counting: Counting) -> int:
    """Count from here on: what is there already would look like a burst."""
    fresh = insert(_tally).prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite")
    with transaction() as connection:
        last = connection.execute(select(func.max(counting.table.c.id))).scalar() or 0
        connection.execute(fresh.values(name=counting.name, last_id=last, counts={}))
    return 0


def _add_attempt(counts: Counts, row: Row[Any]) -> None:
    """How it ended, how long it took, and how long it had waited where its node still knows."""
    _grow(counts, 1, "ended", row.handler, row.outcome)
    if row.started_at is None:
        return
    _observe(counts, (row.finished_at - row.started_at).total_seconds(), NODE_BOUNDS, "seconds", row.handler)
    if row.is_last and row.available_at is not None and row.available_at <= row.started_at:
        _observe(counts, (row.started_at - row.available_at).total_seconds(), WAIT_BOUNDS, "waited")


def _add_call(counts: Counts, row: Row[Any]) -> None:
    """That it was made, its tokens and its cost."""
    _grow(counts, 1, "calls", row.model)
    _grow(counts, row.tokens_in, "tokens_in", row.model)
    _grow(counts, row.tokens_out, "tokens_out", row.model)
    _grow(counts, row.cost or 0.0, "cost", row.model)


def _observe(counts: Counts, seconds: float, bounds: tuple[float, ...], *path: str) -> None:
    """Add to a histogram: its sum, and the number below each bound and above the one before."""
    _grow(counts, seconds, *path, "sum")
    bound = next((str(bound) for bound in bounds if seconds <= bound), BEYOND)
    _grow(counts, 1, *path, bound)


def _grow(counts: Counts, more: float, *path: str) -> None:
    for name in path[:-1]:
        counts = counts.setdefault(name, {})
    counts[path[-1]] = counts.get(path[-1], 0) + more


def _older_than(moment: ColumnElement[Any], seconds: float) -> ColumnElement[bool]:
    return elapsed(moment) > seconds


ATTEMPTS = Counting(
    "attempts",
    attempt,
    select(
        attempt.c.id, attempt.c.outcome, attempt.c.started_at, attempt.c.finished_at, node.c.handler,
        node.c.available_at, (node.c.attempt == attempt.c.attempt).label("is_last"),
        _older_than(attempt.c.finished_at, STILL_SECONDS).label("is_final"),
    ).join(node, node.c.id == attempt.c.node_id),
    _add_attempt,
)  # fmt: skip
MODEL_CALLS = Counting(
    "model calls",
    model_call,
    select(
        model_call.c.id, model_call.c.model, model_call.c.tokens_in, model_call.c.tokens_out, model_call.c.cost,
        or_(
            and_(model_call.c.is_settled, _older_than(model_call.c.at, STILL_SECONDS)),
            _older_than(model_call.c.at, LONGEST_CALL_SECONDS),
        ).label("is_final"),
    ),
    _add_call,
)  # fmt: skip
