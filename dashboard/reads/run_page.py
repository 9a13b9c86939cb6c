"""The run page: where the run stands, what broke, every node with its time bar, the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard import svg
from dashboard.engine.dag import descendants
from dashboard.engine.states import NODE_PASSED, NodeStatus, RunStatus
from dashboard.models import WorkflowRun
from dashboard.reads import logs, run_nodes, runs
from dashboard.reads.errors import Broken
from dashboard.reads.logs import Line
from dashboard.reads.run_nodes import NodeRow, Report
from dashboard.reads.runs import Share

LAST_LINES = 20


@dataclass(frozen=True)
class Failure:
    """A broken node, what it blocks, and the last lines it logged."""

    broken: Broken
    blocked: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class RunView:
    """All the page shows besides the run's own row. `version` counts as `engine.progress` does.

    `expected_end` is from how long this workflow usually takes; a run in which something broke has none.
    """

    version: int
    nodes: tuple[NodeRow, ...]
    shares: tuple[Share, ...]
    failures: tuple[Failure, ...]
    reports: tuple[Report, ...]
    drawing: svg.Drawing
    starter: str | None
    lasted: timedelta | None
    expected_end: datetime | None

    @property
    def passed(self) -> int:
        """Nodes that did their part: a node blocked by a failure is finished too, but nothing was done."""
        return sum(node.status in NODE_PASSED for node in self.nodes)

    @property
    def ran_in(self) -> str:
        """The other system in which an imported run ran, as its nodes name it."""
        return next((node.worker for node in self.nodes if node.worker), "another system")

    @property
    def status_of(self) -> dict[str, str]:
        return {node.node_id: node.status for node in self.nodes}


def view(run: WorkflowRun) -> RunView:
    """Read the run's page: two queries at most.

    The run was read before its nodes, so the version is never later than what is shown: whatever changed between the
    two reads, the next poll has a greater one.
    """
    found = run_nodes.of_run(run.id)
    edges = tuple((parent, child) for parent, child in run.definition.dag["edges"])
    failures = tuple(_failures(edges, found.rows))
    return RunView(
        version=run.version + found.attempts,
        nodes=found.rows,
        shares=_shares(found.rows),
        failures=failures,
        reports=found.reports,
        drawing=svg.draw(tuple(node.node_id for node in found.rows), edges),
        starter=found.starter,
        lasted=run.finished_at - run.started_at if run.finished_at and run.started_at else None,
        expected_end=None if failures else _expected_end(run),
    )


def _shares(rows: Sequence[NodeRow]) -> tuple[Share, ...]:
    statuses = [row.status for row in rows]
    return runs.in_order([Share(status, statuses.count(status)) for status in set(statuses)])


def _failures(edges: Sequence[tuple[str, str]], rows: Sequence[NodeRow]) -> list[Failure]:
    """Every broken node; the first with its log."""
    stopped = {row.node_id for row in rows if row.status == NodeStatus.UPSTREAM_FAILED}
    order = [row.node_id for row in rows]
    found: list[Failure] = []
    for broken in [row.broken for row in rows if row.broken]:
        blocked = sorted(descendants(edges, [broken.node_id]) & stopped, key=order.index)
        lines = logs.last(broken.row_id, broken.attempt, LAST_LINES) if not found else []
        found.append(Failure(broken, tuple(blocked), tuple(lines)))
    return found


def _expected_end(run: WorkflowRun) -> datetime | None:
    if run.status != RunStatus.RUNNING or run.started_at is None:
        return None
    seconds = runs.usual_seconds([run.definition_id]).get(run.definition_id)
    return run.started_at + timedelta(seconds=seconds) if seconds is not None else None
