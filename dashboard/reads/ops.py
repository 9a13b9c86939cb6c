"""Workers as they last reported, and what waits in each queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from dashboard.engine.states import NodeStatus
from dashboard.extensions import db
from dashboard.models import WorkerReport, WorkflowNode

FORGET_AFTER = timedelta(days=1)
SILENT_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class WorkerRow:
    """A worker; silent once it has not reported for a minute."""

    name: str
    host: str
    pid: int
    queues: str
    started_at: datetime
    seen_at: datetime
    is_silent: bool


@dataclass(frozen=True)
class QueueRow:
    """A queue: how many nodes are due and for how long the oldest, how many run."""

    name: str
    ready: int
    oldest_due: datetime | None
    running: int


@dataclass(frozen=True)
class Ops:
    """The operator's page. `expired` counts claims whose lease ran out and that nobody has taken back yet."""

    workers: tuple[WorkerRow, ...]
    queues: tuple[QueueRow, ...]
    expired: int


def page() -> Ops:
    """Read it all, over every team."""
    now = datetime.now(UTC)
    late = select(func.count()).where(WorkflowNode.status == NodeStatus.RUNNING, WorkflowNode.claim_expires_at < now)
    return Ops(tuple(_workers(now)), tuple(_queues()), db.session.scalar(late) or 0)


def _workers(now: datetime) -> list[WorkerRow]:
    wanted = select(WorkerReport).where(WorkerReport.seen_at > now - FORGET_AFTER).order_by(WorkerReport.name)
    return [
        WorkerRow(
            name=worker.name,
            host=worker.host,
            pid=worker.pid,
            queues=worker.queues,
            started_at=worker.started_at,
            seen_at=worker.seen_at,
            is_silent=worker.seen_at < now - SILENT_AFTER,
        )
        for worker in db.session.scalars(wanted)
    ]


def _queues() -> list[QueueRow]:
    counted = (
        select(WorkflowNode.queue, WorkflowNode.status, func.count(), func.min(WorkflowNode.available_at))
        .where(WorkflowNode.status.in_((NodeStatus.READY, NodeStatus.RUNNING)))
        .group_by(WorkflowNode.queue, WorkflowNode.status)
    )
    found: dict[str, QueueRow] = {}
    for queue, status, number, oldest in db.session.execute(counted):
        row = found.get(queue, QueueRow(queue, 0, None, 0))
        is_ready = status == NodeStatus.READY
        found[queue] = (
            QueueRow(queue, number, oldest, row.running)
            if is_ready
            else QueueRow(queue, row.ready, row.oldest_due, number)
        )
    return [found[name] for name in sorted(found)]
