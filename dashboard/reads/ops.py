"""The operator's page: workers and what they hold, what waits in each queue, and how long it waited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from dashboard.engine import sweepers
from dashboard.engine.clock import now
from dashboard.engine.reports import SILENT_SECONDS
from dashboard.engine.states import NodeStatus
from dashboard.extensions import db
from dashboard.models import NodeAttempt, User, WorkerReport, WorkflowNode, WorkflowRun
from dashboard.reads.quantiles import quantile

MOST_WORKERS = 200
MOST_HELD = 1000
COUNTED = 10_000  # nodes of a queue
LEARN_FROM = 500  # claims that have ended

FORGET_AFTER = timedelta(days=1)
SILENT_AFTER = timedelta(seconds=SILENT_SECONDS)


@dataclass(frozen=True)
class Held:
    """A node in a worker's hands. `may_look`: the reader is in the run's team, so that a link leads somewhere."""

    row_id: int
    run_id: int
    node_id: str
    queue: str
    attempt: int
    worker: str
    claimed_at: datetime
    expires_at: datetime
    is_expired: bool
    may_look: bool


@dataclass(frozen=True)
class WorkerRow:
    """A worker and the nodes it holds. State: alive, silent, draining, or drained, which holds nothing any more."""

    name: str
    host: str
    pid: int
    queues: str
    started_at: datetime
    seen_at: datetime
    drain_at: datetime | None
    drain_by: str | None
    is_silent: bool
    holds: tuple[Held, ...] = ()

    @property
    def state(self) -> str:
        if self.is_silent:
            return "silent"
        if self.drain_at is None:
            return "alive"
        return "draining" if self.holds else "drained"


@dataclass(frozen=True)
class QueueRow:
    """A queue: how many nodes are ready (counted up to COUNTED), when the oldest was due, how many run."""

    name: str
    ready: int
    oldest_due: datetime | None
    running: int

    @property
    def has_more(self) -> bool:
        return self.ready > COUNTED


@dataclass(frozen=True)
class Latency:
    """How long nodes were due before a worker claimed them: seconds, over the last `number` claims that have ended."""

    number: int
    median: float
    slow: float


@dataclass(frozen=True)
class Ops:
    """All of the page. `left_behind` are claims of workers that are silent or unknown; `expired` had a lease.

    `sweepers` are the names of those that are alive.
    """

    workers: tuple[WorkerRow, ...]
    queues: tuple[QueueRow, ...]
    left_behind: tuple[Held, ...]
    expired: int
    latency: Latency | None
    sweepers: tuple[str, ...]


def page(team_ids: Collection[int]) -> Ops:
    """Read it all, over every team; links only into the reader's own."""
    held = _held(team_ids)
    workers = [replace(one, holds=tuple(each for each in held if each.worker == one.name)) for one in _workers()]
    alive = {one.name for one in workers if not one.is_silent}
    return Ops(
        workers=tuple(workers),
        queues=tuple(_queues(held)),
        left_behind=tuple(one for one in held if one.is_expired or one.worker not in alive),
        expired=sum(one.is_expired for one in held),
        latency=_latency(),
        sweepers=tuple(sweepers.alive()),
    )


def held(row_id: int, team_ids: Collection[int]) -> Held | None:
    """One node that is in a worker's hands; None when nobody has it any more."""
    return next((one for one in _held(team_ids, row_id)), None)


def _held(team_ids: Collection[int], only: int | None = None) -> list[Held]:
    wanted = (
        select(
            WorkflowNode.id, WorkflowNode.run_id, WorkflowNode.node_id, WorkflowNode.queue, WorkflowNode.attempt,
            func.coalesce(WorkflowNode.claimed_by, "?"), WorkflowNode.claimed_at, WorkflowNode.claim_expires_at,
            WorkflowNode.claim_expires_at < now(), WorkflowRun.team_id,
        )
        .join(WorkflowRun, WorkflowRun.id == WorkflowNode.run_id)
        .where(WorkflowNode.status == NodeStatus.RUNNING)
        .order_by(WorkflowNode.claim_expires_at)
        .limit(MOST_HELD)
    )  # fmt: skip
    if only is not None:
        wanted = wanted.where(WorkflowNode.id == only)
    rows = db.session.execute(wanted).all()
    return [Held(*row[:8], bool(row[8]), row[9] in team_ids) for row in rows]  # type: ignore[arg-type]  # it has a lease


def _workers() -> list[WorkerRow]:
    wanted = (
        select(WorkerReport, User.name, now().label("clock"))
        .outerjoin(User, User.id == WorkerReport.drain_by)
        .order_by(WorkerReport.name)
        .limit(MOST_WORKERS)
    )
    return [
        WorkerRow(
            name=worker.name,
            host=worker.host,
            pid=worker.pid,
            queues=worker.queues,
            started_at=worker.started_at,
            seen_at=worker.seen_at,
            drain_at=worker.drain_at,
            drain_by=person,
            is_silent=worker.seen_at < clock - SILENT_AFTER,
        )
        for worker, person, clock in db.session.execute(wanted.execution_options(populate_existing=True))
        if worker.seen_at > clock - FORGET_AFTER
    ]


def _queues(held: Sequence[Held]) -> list[QueueRow]:
    """The oldest come from the head of each stretch of the index, so that a long queue is not read whole."""
    stretch = WorkflowNode.queue, WorkflowNode.status, WorkflowNode.priority
    heads = (
        select(WorkflowNode.queue, func.min(WorkflowNode.available_at))
        .where(WorkflowNode.status == NodeStatus.READY)
        .group_by(*stretch)
    )
    oldest: dict[str, datetime] = {}
    for queue, due in db.session.execute(heads):
        if due is not None:
            oldest[queue] = min(due, oldest.get(queue, due))
    names = sorted(oldest.keys() | {one.queue for one in held})
    running = {name: sum(one.queue == name for one in held) for name in names}
    return [QueueRow(name, _ready(name) if name in oldest else 0, oldest.get(name), running[name]) for name in names]


def _ready(queue: str) -> int:
    found = select(WorkflowNode.id).where(WorkflowNode.queue == queue, WorkflowNode.status == NodeStatus.READY)
    return db.session.scalar(select(func.count()).select_from(found.limit(COUNTED + 1).subquery())) or 0


def _latency() -> Latency | None:
    """From the rows of nodes that were not made ready again since: those still know when they were due."""
    last = select(NodeAttempt.node_id, NodeAttempt.attempt).order_by(NodeAttempt.id.desc()).limit(LEARN_FROM).subquery()
    rows = db.session.execute(
        select(WorkflowNode.available_at, WorkflowNode.claimed_at)
        .join(last, (last.c.node_id == WorkflowNode.id) & (last.c.attempt == WorkflowNode.attempt))
        .where(WorkflowNode.available_at <= WorkflowNode.claimed_at)
    )
    waits = [(claimed - due).total_seconds() for due, claimed in rows if due and claimed]
    return Latency(len(waits), quantile(waits, 0.5), quantile(waits, 0.95)) if waits else None
