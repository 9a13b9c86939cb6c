"""How far a run is, which version a page shows, and why a node waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from dashboard.engine import pausing, places, waiting
from dashboard.engine.clock import now
from dashboard.engine.errors import NotFoundError
from dashboard.engine.states import NODE_FINISHED, NODE_PASSED, NODE_UNFINISHED, NodeStatus, RunStatus
from dashboard.engine.tables import edge, node, run
from dashboard.engine.transactions import reading
from dashboard.models import AuditEvent, User, WorkerReport


@dataclass(frozen=True)
class Progress:
    """`counts` maps each node status that occurs to how many; `percentage` of nodes that are finished, 0 to 100."""

    version: int
    status: str
    percentage: int
    counts: dict[str, int]
    total: int


def of_run(run_id: int) -> Progress:
    """How far the run is; NotFoundError when there is no such run."""
    with reading() as connection:
        status = connection.execute(select(run.c.status).where(run.c.id == run_id)).scalar()
        if status is None:
            raise NotFoundError(f"There is no run {run_id}.")
        version = version_in(connection, run_id)
        tally = select(node.c.status, func.count()).where(node.c.run_id == run_id).group_by(node.c.status)
        counts = {row[0]: row[1] for row in connection.execute(tally)}
    total = sum(counts.values())
    finished = sum(count for name, count in counts.items() if name in NODE_FINISHED)
    return Progress(version, status, 100 * finished // total if total else 0, counts, total)


def version_of(run_id: int) -> int:
    """The number that grows with every change of the run or of any of its nodes."""
    with reading() as connection:
        return version_in(connection, run_id)


def version_in(connection: Connection, run_id: int) -> int:
    found = connection.execute(select(version()).where(run.c.id == run_id)).scalar()
    if found is None:
        raise NotFoundError(f"There is no run {run_id}.")
    return int(found)


def version() -> ColumnElement[int]:
    """`run.version` plus the attempts of its nodes, as a column of a query of runs.

    A claim locks only the node, so that it never waits for a run; its attempt number is what moves the version.
    """
    each = node.alias("each")
    attempts = select(func.coalesce(func.sum(each.c.attempt), 0)).where(each.c.run_id == run.c.id).correlate(run)
    return cast(ColumnElement[int], run.c.version + attempts.scalar_subquery())


def surroundings() -> list[ColumnElement[Any]]:
    """What `waiting.sentence` wants to know beside a node's own row: columns for a query of nodes and their runs.

    Each looks something up only where the node is in the state that asks for it, by the node's or the run's key.
    """
    is_paused = and_(node.c.status == NodeStatus.HELD, run.c.status == RunStatus.PAUSED)
    return [
        now().label("clock"),
        run.c.status.label("run_status"),
        case((is_paused, _paused_by())).label("paused_by"),
        case((run.c.waits_for_workflow, pausing.by_whom())).label("workflow_paused_by"),
        run.c.waits_for_place,
        case((run.c.waits_for_place, places.taken_there())).label("places_taken"),
        case((run.c.waits_for_place, places.most_there())).label("places"),
        case((node.c.status == NodeStatus.PENDING, _open_parents())).label("parents"),
        case((node.c.status == NodeStatus.READY, _seen())).label("seen"),
        case((node.c.status == NodeStatus.READY, _ahead())).label("ahead"),
    ]


def why_waiting(run_id: int) -> dict[int, str]:
    """A sentence for each unfinished node that does not simply run, by the node's row; one query."""
    unfinished = (
        select(node, *surroundings())
        .join(run, run.c.id == node.c.run_id)
        .where(node.c.run_id == run_id, node.c.status.in_(sorted(NODE_UNFINISHED)))
    )
    with reading() as connection:
        return sentences(connection.execute(unfinished))


def sentences(rows: Iterable[Any]) -> dict[int, str]:
    """The same of rows that were read with their `surroundings`."""
    reasons = {row.id: waiting.sentence(row, row) for row in rows}
    return {key: sentence for key, sentence in reasons.items() if sentence}


def _paused_by() -> ColumnElement[Any]:
    """Who paused the run last; NULL where no person did."""
    return (
        select(User.name)
        .join(AuditEvent, AuditEvent.user_id == User.id)
        .where(AuditEvent.object_type == "run", AuditEvent.object_id == run.c.id, AuditEvent.action == "run.pause")
        .order_by(AuditEvent.id.desc())
        .limit(1)
        .correlate(run)
        .scalar_subquery()
    )


def _open_parents() -> ColumnElement[Any]:
    """The names of the parents that have not passed yet."""
    parent = node.alias("parent")
    return (
        select(func.aggregate_strings(parent.c.node_id, waiting.BETWEEN))
        .select_from(edge)
        .join(parent, parent.c.id == edge.c.parent_id)
        .where(edge.c.child_id == node.c.id, parent.c.status.not_in(sorted(NODE_PASSED)))
        .correlate(node)
        .scalar_subquery()
    )


def _seen() -> ColumnElement[Any]:
    """When a worker of the queue was last seen."""
    serves = func.instr("," + WorkerReport.queues + ",", "," + node.c.queue + ",") > 0
    return select(func.max(WorkerReport.seen_at)).where(serves).correlate(node).scalar_subquery()


def _ahead() -> ColumnElement[Any]:
    """How many of the queue are claimed before the node."""
    other = node.alias("other")
    is_more_urgent = or_(
        other.c.priority < node.c.priority,
        and_(other.c.priority == node.c.priority, other.c.available_at < node.c.available_at),
    )
    return (
        select(func.count())
        .where(other.c.queue == node.c.queue, other.c.status == NodeStatus.READY, is_more_urgent)
        .correlate(node)
        .scalar_subquery()
    )
