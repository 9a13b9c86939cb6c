"""The run page: where the run stands, what broke, every node with its time bar, the drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from dashboard import svg
from dashboard.engine import progress, reuse
from dashboard.engine.dag import descendants
from dashboard.engine.states import NODE_PASSED, NODE_UNFINISHED, RUN_FINISHED, NodeStatus, RunStatus
from dashboard.extensions import db
from dashboard.models import NodeArtifact, User, WorkflowNode, WorkflowRun
from dashboard.reads import errors, logs, runs
from dashboard.reads.errors import Broken
from dashboard.reads.logs import Line
from dashboard.reads.runs import Share

LAST_LINES = 20
REPORTS = ("report.html", "report.md", "report.json")


@dataclass(frozen=True)
class Bar:
    """When a node ran, as percent of the run's time."""

    left: float
    width: float


@dataclass(frozen=True)
class NodeRow:
    """A node as the table shows it. `started_at` and `finished_at` are those of its last attempt."""

    id: int
    node_id: str
    handler: str
    queue: str
    status: str
    attempt: int
    done: int
    total: int
    wait: str
    worker: str
    started_at: datetime | None
    finished_at: datetime | None
    bar: Bar | None
    reused_from_run: int | None

    @property
    def lasted(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None

    @property
    def is_broken(self) -> bool:
        return self.status in (NodeStatus.FAILED, NodeStatus.POISONED)


@dataclass(frozen=True)
class Failure:
    """A broken node, what it blocks, and the last lines it logged."""

    broken: Broken
    blocked: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Report:
    """A file of the finished report."""

    id: int
    name: str
    bytes: int


@dataclass(frozen=True)
class RunView:
    """All the page shows besides the run's own row. `expected_end` from how long this workflow usually takes."""

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
    def status_of(self) -> dict[str, str]:
        return {node.node_id: node.status for node in self.nodes}


def view(run: WorkflowRun) -> RunView:
    """Read the run's page."""
    found = _nodes(run)
    edges = tuple((parent, child) for parent, child in run.definition.dag["edges"])
    rows = tuple(_rows(run, found))
    return RunView(
        nodes=rows,
        shares=_shares(rows),
        failures=tuple(_failures(run, edges, rows)),
        reports=_reports(run.id),
        drawing=svg.draw(tuple(node.node_id for node in found), edges),
        starter=_starter(run),
        lasted=run.finished_at - run.started_at if run.finished_at and run.started_at else None,
        expected_end=_expected_end(run),
    )


def _nodes(run: WorkflowRun) -> Sequence[WorkflowNode]:
    wanted = select(WorkflowNode).where(WorkflowNode.run_id == run.id).order_by(WorkflowNode.position)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()


def _rows(run: WorkflowRun, found: Sequence[WorkflowNode]) -> list[NodeRow]:
    waits = progress.why_waiting(run.id) if any(node.status in NODE_UNFINISHED for node in found) else {}
    now = datetime.now(UTC)
    end = run.finished_at if run.status in RUN_FINISHED and run.finished_at else now
    start = min((node.claimed_at for node in found if node.claimed_at), default=run.started_at or end)
    origins = reuse.origins(run.id) if any(node.reuses and node.committed_attempt for node in found) else {}
    return [replace(_row(node, waits, start, end, now), reused_from_run=origins.get(node.id)) for node in found]


def _row(node: WorkflowNode, waits: Mapping[int, str], start: datetime, end: datetime, now: datetime) -> NodeRow:
    ran = node.attempt > 0 and node.status not in (NodeStatus.PENDING, NodeStatus.UPSTREAM_FAILED)
    began = node.claimed_at if ran else None
    ended = now if node.status == NodeStatus.RUNNING else node.finished_at
    return NodeRow(
        id=node.id,
        node_id=node.node_id,
        handler=node.handler,
        queue=node.queue,
        status=node.status,
        attempt=node.attempt,
        done=node.progress_done,
        total=node.progress_total,
        wait=f"skipped: {node.wait_reason}" if node.status == NodeStatus.SKIPPED else waits.get(node.id, ""),
        worker=node.claimed_by or "",
        started_at=began,
        finished_at=node.finished_at if began else None,
        bar=_bar(began, ended, start, end) if began and ended else None,
        reused_from_run=None,
    )


def _bar(began: datetime, ended: datetime, start: datetime, end: datetime) -> Bar:
    whole = max((end - start).total_seconds(), 0.001)
    left = min(max((began - start).total_seconds() / whole * 100, 0.0), 99.0)
    width = min(max((ended - began).total_seconds() / whole * 100, 1.0), 100.0 - left)
    return Bar(round(left, 2), round(width, 2))


def _shares(rows: Sequence[NodeRow]) -> tuple[Share, ...]:
    statuses = [row.status for row in rows]
    return runs.in_order([Share(status, statuses.count(status)) for status in set(statuses)])


def _failures(run: WorkflowRun, edges: Sequence[tuple[str, str]], rows: Sequence[NodeRow]) -> list[Failure]:
    if not any(row.is_broken for row in rows):
        return []
    stopped = {row.node_id for row in rows if row.status == NodeStatus.UPSTREAM_FAILED}
    order = [row.node_id for row in rows]
    found: list[Failure] = []
    for broken in errors.of_runs([run.id]).get(run.id, ()):
        blocked = sorted(descendants(edges, [broken.node_id]) & stopped, key=order.index)
        lines = logs.last(broken.row_id, broken.attempt, LAST_LINES) if not found else []
        found.append(Failure(broken, tuple(blocked), tuple(lines)))
    return found


def _reports(run_id: int) -> tuple[Report, ...]:
    rows = db.session.execute(
        select(NodeArtifact.id, NodeArtifact.name, NodeArtifact.bytes)
        .join(WorkflowNode, WorkflowNode.id == NodeArtifact.node_id)
        .where(NodeArtifact.run_id == run_id, NodeArtifact.name.in_(REPORTS))
        .where(NodeArtifact.attempt == WorkflowNode.committed_attempt)
    )
    return tuple(sorted((Report(*row) for row in rows), key=lambda report: REPORTS.index(report.name)))


def _starter(run: WorkflowRun) -> str | None:
    person = db.session.get(User, run.started_by) if run.started_by is not None else None
    return person.name if person else None


def _expected_end(run: WorkflowRun) -> datetime | None:
    if run.status != RunStatus.RUNNING or run.started_at is None:
        return None
    seconds = runs.usual_seconds([run.definition_id]).get(run.definition_id)
    return run.started_at + timedelta(seconds=seconds) if seconds is not None else None
