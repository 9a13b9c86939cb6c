"""A database that has been in use: finished nodes by the hundred thousand, and ready ones among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, true, union_all

from benchmarks.shapes import definition, names
from dashboard.engine import definitions
from dashboard.engine.clock import now
from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.engine.tables import node, run
from dashboard.engine.transactions import reading, transaction, writing
from dashboard.models import Team

PIPELINE = names("P")
RUNS_AT_ONCE = 5_000
FIRST_RUN = timedelta(days=30)  # ago; with a run every 20 seconds a million nodes are three weeks of use
EVERY = timedelta(seconds=20)


class Past:
    """Runs of the pipeline over some weeks, of a team, a definition and a queue of their own.

    Runs and nodes only: a claim reads no edges, attempts or logs.
    """

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.nodes = 0
        self._next = datetime.now(UTC) - FIRST_RUN
        with writing() as session:
            team = Team(name=queue, slug=queue, created_at=now())
            session.add(team)
        self.team_id = team.id
        self.definition_id = definitions.save(f"history {queue}", definition("P", queue)).id

    def grow_to(self, nodes: int) -> None:
        """Add finished runs until there are at least that many finished nodes."""
        while self.nodes < nodes:
            count = min(RUNS_AT_ONCE, -(-(nodes - self.nodes) // len(PIPELINE)))
            with transaction() as connection:
                self._add_runs(connection, count, RunStatus.SUCCEEDED, NodeStatus.SUCCEEDED)
            self.nodes += count * len(PIPELINE)
        with reading() as connection:
            connection.exec_driver_sql(f"ANALYZE TABLE {node.name}").all()

    def make_ready(self, nodes: int) -> None:
        """Add at least that many nodes that can be claimed, eleven a run."""
        with transaction() as connection:
            self._add_runs(connection, -(-nodes // len(PIPELINE)), RunStatus.RUNNING, NodeStatus.READY)

    def _add_runs(self, connection: Connection, count: int, run_status: RunStatus, status: NodeStatus) -> None:
        last = connection.execute(select(func.max(run.c.id))).scalar() or 0
        connection.execute(insert(run), [self._run(run_status) for _ in range(count)])
        columns = _nodes_of_runs(self.team_id, last, self.queue, status)
        connection.execute(insert(node).from_select([column.name for column in columns.selected_columns], columns))

    def _run(self, status: RunStatus) -> dict[str, Any]:
        self._next += EVERY
        return {"team_id": self.team_id, "definition_id": self.definition_id, "status": status, "input": {},
                "created_at": self._next, "started_at": self._next,
                "finished_at": self._next + EVERY if status == RunStatus.SUCCEEDED else None}  # fmt: skip


def _nodes_of_runs(team_id: int, after: int, queue: str, status: NodeStatus) -> Select[Any]:
    """The rows of the eleven nodes of each run of the team whose id is greater than `after`."""
    specs = union_all(
        *(select(literal(name).label("name"), literal(place).label("place")) for place, name in enumerate(PIPELINE))
    ).subquery()
    finished = {"claimed_by": literal("host:1"), "claimed_at": run.c.started_at, "finished_at": run.c.finished_at,
                "attempt": literal(1), "committed_attempt": literal(1)}  # fmt: skip
    columns = {
        "run_id": run.c.id, "node_id": specs.c.name, "position": specs.c.place, "handler": literal("nothing"),
        "type": literal("task"), "queue": literal(queue), "status": literal(str(status)),
        "available_at": run.c.started_at, **(finished if status == NodeStatus.SUCCEEDED else {}),
    }  # fmt: skip
    chosen = select(*(value.label(name) for name, value in columns.items())).join_from(run, specs, true())
    return chosen.where(run.c.team_id == team_id, run.c.id > after).order_by(run.c.id, specs.c.place)
