"""The nodes of a run as its page shows them: where each stands, what it waits for, what broke it, what it left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from dashboard.engine import progress, waiting
from dashboard.engine.states import NODE_BROKEN, NodeStatus
from dashboard.engine.tables import node, run
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, User, WorkflowNode
from dashboard.reads import errors
from dashboard.reads.errors import Broken

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
    broken: Broken | None

    @property
    def lasted(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None


@dataclass(frozen=True)
class Report:
    """A file of the finished report."""

    id: int
    name: str
    bytes: int


@dataclass(frozen=True)
class Nodes:
    """All of a run that one query can tell. `attempts` counts those of all nodes, as the run's version does."""

    rows: tuple[NodeRow, ...]
    reports: tuple[Report, ...]
    attempts: int
    starter: str | None


_origin, _origin_node = aliased(NodeAttempt), aliased(WorkflowNode)


def of_run(run_id: int) -> Nodes:
    """The nodes in the workflow's order; one query."""
    found = db.session.execute(_wanted(run_id)).all()
    by_id = {row.id: row for row in found}
    rows = list(by_id.values())
    reports = {Report(row.report_id, row.report_name, row.report_bytes) for row in found if row.report_id}
    return Nodes(
        rows=tuple(_rows(rows)),
        reports=tuple(sorted(reports, key=lambda report: REPORTS.index(report.name))),
        attempts=sum(row.attempt for row in rows),
        starter=rows[0].starter if rows else None,
    )


def _wanted(run_id: int) -> Select[Any]:
    """A row a node, with its last attempt; a node that left more than one file of a report has a row for each."""
    is_committed = NodeAttempt.attempt == WorkflowNode.committed_attempt
    its_report = and_(
        NodeArtifact.node_id == WorkflowNode.id,
        NodeArtifact.attempt == WorkflowNode.committed_attempt,
        NodeArtifact.name.in_(REPORTS),
    )
    return (
        select(
            node, *progress.surroundings(), *errors.COLUMNS, run.c.finished_at.label("run_finished_at"),
            User.name.label("starter"), _origin_node.run_id.label("reused_from_run"),
            NodeArtifact.id.label("report_id"), NodeArtifact.name.label("report_name"),
            NodeArtifact.bytes.label("report_bytes"),
        )
        .select_from(WorkflowNode)
        .join(run, run.c.id == WorkflowNode.run_id)
        .outerjoin(User, User.id == run.c.started_by)
        .outerjoin(NodeAttempt, errors.IS_LAST)
        .outerjoin(_origin, and_(_origin.id == NodeAttempt.reused_from, is_committed))
        .outerjoin(_origin_node, _origin_node.id == _origin.node_id)
        .outerjoin(NodeArtifact, its_report)
        .where(WorkflowNode.run_id == run_id)
        .order_by(WorkflowNode.position)
    )  # fmt: skip


def _rows(found: Sequence[Any]) -> list[NodeRow]:
    begun = [row.claimed_at for row in found if row.claimed_at]
    return [_row(row, min(begun, default=None)) for row in found]


def _row(row: Any, run_began: datetime | None) -> NodeRow:
    ran = row.attempt > 0 and row.status not in (NodeStatus.PENDING, NodeStatus.UPSTREAM_FAILED)
    began = row.claimed_at if ran else None
    ended = row.clock if row.status == NodeStatus.RUNNING else row.finished_at
    return NodeRow(
        id=row.id,
        node_id=row.node_id,
        handler=row.handler,
        queue=row.queue,
        status=row.status,
        attempt=row.attempt,
        done=row.progress_done,
        total=row.progress_total,
        wait=f"skipped: {row.wait_reason}" if row.status == NodeStatus.SKIPPED else waiting.sentence(row, row),
        worker=row.claimed_by or "",
        started_at=began,
        finished_at=row.finished_at if began else None,
        bar=_bar(began, ended, run_began, row.run_finished_at or row.clock) if began and ended and run_began else None,
        reused_from_run=row.reused_from_run,
        broken=errors.broken(row) if row.status in NODE_BROKEN else None,
    )


def _bar(began: datetime, ended: datetime, start: datetime, end: datetime) -> Bar:
    whole = max((end - start).total_seconds(), 0.001)
    left = min(max((began - start).total_seconds() / whole * 100, 0.0), 99.0)
    width = min(max((ended - began).total_seconds() / whole * 100, 1.0), 100.0 - left)
    return Bar(round(left, 2), round(width, 2))
