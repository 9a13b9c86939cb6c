"""How the database finds the rows of the engine's statements: by an index, however many nodes have finished."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, insert, select, text

from dashboard.engine import claims, crashes, limits, outcomes, retrying, runs, skipping
from dashboard.engine.clock import now
from dashboard.engine.tables import attempt, edge, node, run
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from jobs import sweeper
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)

RUNS, NODES = 1000, 20
FEW = 50  # rows that may be read without an index: a small table is read whole


@dataclass(frozen=True)
class Step:
    """A line of EXPLAIN: the statement's point, and how one of its tables is read."""

    point: str
    table: str
    type: str
    key: str | None
    rows: int
    extra: str

    @property
    def is_scan(self) -> bool:
        return self.type in ("ALL", "index") and self.rows > FEW


@pytest.fixture
def in_an_old_app(in_app: Flask) -> Flask:
    """An application whose database has seen a thousand runs."""
    workflow, of = factories.definition(), factories.paper()
    with transaction() as connection:
        _add_finished(connection, workflow.id, of.id, of.team_id)
        for table in (run, node, edge, attempt):
            connection.execute(text(f"ANALYZE TABLE {table.name}"))
    return in_app


@pytest.mark.parametrize("ready", [1, 200])
def test_a_claim_reads_its_index_in_order(in_an_old_app: Flask, ready: int) -> None:
    """Seen to fail: without FORCE INDEX, ix_node_lease was read and sorted where one node alone was ready."""
    steps.begin(" ".join(f"n{number}" for number in range(ready)), queue="many")
    (step,) = [step for step in _steps(lambda: steps.claim("many")) if step.point == "claim: first ready"]
    assert step.key == "ix_node_claim"
    assert "filesort" not in step.extra and "temporary" not in step.extra


def test_no_verb_reads_a_whole_table(in_an_old_app: Flask) -> None:
    """Seen to fail: without ix_node_lease, `reap: expired` read all nodes, and so did the sweeper."""
    assert [step for step in _steps(_every_verb) if step.is_scan] == []


def _every_verb() -> None:
    run_id = steps.begin("a-b b-d c-d c-e")
    steps.pass_node("a")
    claims.renew(held := steps.claim("b"), 60)
    claims.give_back(held)
    outcomes.fail(steps.claim("b"), steps.IN_PASSING)
    runs.pause(run_id, None)
    runs.resume(run_id, None)
    steps.claim("c", lease_seconds=-1)
    crashes.reap(3)
    crashes.crash(steps.claim("c"), steps.FOR_GOOD, 3)
    steps.break_node("c")
    retrying.retry(run_id, None, from_here=True, seen_version=None, by=None)
    steps.break_node("c")
    skipping.skip(run_id, "c", "known gap", None)
    steps.pass_node("e", score=1)
    sweeper.queues_due()
    limits.lift_waiters()
    runs.cancel(run_id, None)


def _steps(act: Callable[[], object]) -> list[Step]:
    """The plan of each statement that the act makes, asked for in the moment before it is made."""
    found: list[Step] = []
    with _explained(found):
        act()
    assert found
    return found


@contextmanager
def _explained(found: list[Step]) -> Iterator[None]:
    def explain(connection: Connection, _cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        if many or not sql.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        point = str(context.execution_options.get("point") or " ".join(sql.split())[:100])
        plan = connection.connection.cursor()  # of the same connection: it holds the transaction's locks
        plan.execute(f"EXPLAIN {sql}", parameters)
        names = [column[0] for column in plan.description]
        found.extend(_step(point, dict(zip(names, row, strict=True))) for row in plan.fetchall())
        plan.close()

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)


def _step(point: str, line: dict[str, Any]) -> Step:
    rows = int(str(line["rows"] or 0).split()[0])  # "5 (0%)" where two indexes are used
    return Step(point, str(line["table"]), str(line["type"]), line["key"], rows, str(line["Extra"] or ""))


def _add_finished(connection: Connection, definition: int, paper: int, team: int) -> None:
    shared = {"definition_id": definition, "paper_id": paper, "team_id": team, "input": {}, "status": "SUCCEEDED",
              "version": 1, "may_reuse": True}  # fmt: skip
    connection.execute(insert(run).values(created_at=now()), [shared] * RUNS)
    ids = connection.execute(select(run.c.id).order_by(run.c.id)).scalars().all()
    rows = [
        {"run_id": one, "node_id": f"n{place}", "position": place, "handler": "h", "type": "task", "queue": "default",
         "priority": 100, "max_attempts": 3, "timeout_seconds": 900, "status": "SUCCEEDED", "attempt": 1,
         "generation": 0, "failures": 0, "crashes": 0, "committed_attempt": 1, "cancel_requested": False,
         "progress_done": 0, "progress_total": 0, "reuses": False}
        for one in ids for place in range(NODES)
    ]  # fmt: skip
    connection.execute(insert(node).values(available_at=now(), finished_at=now()), rows)
    keys = connection.execute(select(node.c.id, node.c.run_id).order_by(node.c.id)).all()
    pairs = [(one, other) for one, other in itertools.pairwise(keys) if one.run_id == other.run_id]
    connection.execute(
        insert(edge), [{"run_id": one.run_id, "parent_id": one.id, "child_id": other.id} for one, other in pairs]
    )
    ended = [{"node_id": key.id, "attempt": 1, "generation": 0, "outcome": "succeeded", "worker": "w"} for key in keys]
    connection.execute(insert(attempt).values(finished_at=now()), ended)
    assert connection.execute(select(func.count()).select_from(node)).scalar() == RUNS * NODES
