"""Where runs stand still until a person acts: nodes that broke, nodes that ask, queues nobody serves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ScalarSelect, and_, func, or_, select

from dashboard.engine.states import NODE_BROKEN, NodeStatus
from dashboard.extensions import db
from dashboard.models import NodeAttempt, NodeQuestion, WorkerReport, WorkflowNode
from dashboard.reads import errors
from dashboard.reads.errors import Broken

SILENT_AFTER = timedelta(seconds=60)
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True)
class Asking:
    """A node that waits for an answer."""

    run_id: int
    node_id: str
    words: str
    asked_at: datetime


@dataclass(frozen=True)
class Unserved:
    """Ready nodes wait in a queue that no live worker serves."""

    queue: str
    nodes: int
    last_seen: datetime | None


@dataclass(frozen=True)
class Stops:
    """The broken nodes by run, in the workflow's order, and the open questions, the oldest first."""

    broken: Mapping[int, tuple[Broken, ...]]
    asking: tuple[Asking, ...]


def in_runs(run_ids: Collection[int]) -> Stops:
    """Which of their nodes need a person; one query, or none."""
    if not run_ids:
        return Stops({}, ())
    its_open_questions = and_(
        WorkflowNode.status == NodeStatus.HELD,
        NodeQuestion.node_id == WorkflowNode.id,
        NodeQuestion.generation == WorkflowNode.generation,
        NodeQuestion.answered_at.is_(None),
    )
    rows = db.session.execute(
        select(*errors.NODE, *errors.COLUMNS, NodeQuestion.words, NodeQuestion.asked_at)
        .outerjoin(NodeAttempt, errors.IS_LAST)
        .outerjoin(NodeQuestion, its_open_questions)
        .where(WorkflowNode.run_id.in_(sorted(run_ids)))
        .where(or_(WorkflowNode.status.in_(sorted(NODE_BROKEN)), NodeQuestion.id.is_not(None)))
        .order_by(WorkflowNode.run_id, WorkflowNode.position)
    ).all()
    broken: dict[int, tuple[Broken, ...]] = {}
    for row in (one for one in rows if one.status in NODE_BROKEN):
        broken[row.run_id] = (*broken.get(row.run_id, ()), errors.broken(row))
    asking = [Asking(row.run_id, row.node_id, row.words, row.asked_at) for row in rows if row.words is not None]
    return Stops(broken, tuple(sorted(asking, key=lambda one: one.asked_at)))


def unserved(run_ids: Collection[int]) -> tuple[Unserved, ...]:
    """Queues in which nodes of those runs have waited a while, and no worker was there; one query, or none."""
    if not run_ids:
        return ()
    now = datetime.now(UTC)
    waiting = db.session.execute(
        select(WorkflowNode.queue, func.count(), _last_seen())
        .where(WorkflowNode.run_id.in_(sorted(run_ids)), WorkflowNode.status == NodeStatus.READY)
        .where(WorkflowNode.available_at < now - PATIENCE)
        .group_by(WorkflowNode.queue)
    )
    found = [Unserved(*row) for row in waiting]
    return tuple(one for one in found if one.last_seen is None or one.last_seen < now - SILENT_AFTER)


def _last_seen() -> ScalarSelect[datetime]:
    """When a worker of the queue was last alive."""
    serves = func.instr("," + WorkerReport.queues + ",", "," + WorkflowNode.queue + ",") > 0
    return select(func.max(WorkerReport.seen_at)).where(serves).correlate(WorkflowNode).scalar_subquery()
