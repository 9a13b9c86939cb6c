"""How far a run is, which version a page shows, and why a node waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from dashboard.engine import waiting
from dashboard.engine.clock import now
from dashboard.engine.errors import NotFoundError
from dashboard.engine.states import NODE_FINISHED, NODE_PASSED, NodeStatus, RunStatus
from dashboard.engine.tables import edge, node, run
from dashboard.engine.transactions import reading
from dashboard.engine.waiting import Surroundings
from dashboard.models import AuditEvent, User, WorkerReport

_NODES = select(
    node.c.id, node.c.node_id, node.c.status, node.c.queue, node.c.failures, node.c.max_attempts, node.c.available_at,
    node.c.claimed_by, node.c.claim_expires_at, node.c.cancel_requested, node.c.hold_reason, node.c.wait_reason,
).where(node.c.run_id == bindparam("run"))  # fmt: skip

_other = node.alias("other")

# For each ready node of the run: how many of its queue are claimed before it.
_AHEAD = select(
    node.c.id,
    select(func.count())
    .where(
        _other.c.queue == node.c.queue,
        _other.c.status == NodeStatus.READY,
        or_(
            _other.c.priority < node.c.priority,
            and_(_other.c.priority == node.c.priority, _other.c.available_at < node.c.available_at),
        ),
    )
    .scalar_subquery()
    .label("ahead"),
).where(node.c.run_id == bindparam("run"), node.c.status == NodeStatus.READY)


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
    """`run.version` plus the attempts of its nodes.

    A claim locks only the node, so that it never waits for a run; its attempt number is what moves the version.
    """
    attempts = select(func.coalesce(func.sum(node.c.attempt), 0)).where(node.c.run_id == run_id).scalar_subquery()
    found = connection.execute(select(run.c.version + attempts).where(run.c.id == run_id)).scalar()
    if found is None:
        raise NotFoundError(f"There is no run {run_id}.")
    return int(found)


def why_waiting(run_id: int) -> dict[int, str]:
    """A sentence for each unfinished node that does not simply run, by the node's row."""
    with reading() as connection:
        rows = {row.id: row for row in connection.execute(_NODES, {"run": run_id})}
        status = RunStatus(connection.execute(select(run.c.status).where(run.c.id == run_id)).scalar_one())
        around = Surroundings(
            run_status=status,
            paused_by=_paused_by(connection, run_id) if status == RunStatus.PAUSED else "",
            clock=connection.execute(select(now())).scalar_one(),
            parents=_open_parents(connection, run_id, rows),
            seen=_queues_seen(connection),
            ahead={row.id: row.ahead for row in connection.execute(_AHEAD, {"run": run_id})},
        )
    reasons = {key: waiting.sentence(row, around) for key, row in rows.items()}
    return {key: sentence for key, sentence in reasons.items() if sentence}


def _open_parents(connection: Connection, run_id: int, rows: Mapping[int, Any]) -> dict[int, list[str]]:
    """The names of the parents that have not passed yet, by the child's row."""
    pairs = select(edge.c.parent_id, edge.c.child_id).where(edge.c.run_id == run_id)
    found: dict[int, list[str]] = {}
    for parent, child in sorted(tuple(pair) for pair in connection.execute(pairs)):
        if rows[parent].status not in NODE_PASSED:
            found.setdefault(child, []).append(rows[parent].node_id)
    return found


def _paused_by(connection: Connection, run_id: int) -> str:
    """Who paused the run last; empty where no person did."""
    paused = (
        select(User.name)
        .join(AuditEvent, AuditEvent.user_id == User.id)
        .where(AuditEvent.object_type == "run", AuditEvent.object_id == run_id, AuditEvent.action == "run.pause")
        .order_by(AuditEvent.id.desc())
    )
    return connection.execute(paused.limit(1)).scalar() or ""


def _queues_seen(connection: Connection) -> dict[str, datetime]:
    """When a worker of each queue was last seen."""
    seen: dict[str, datetime] = {}
    for report in connection.execute(select(WorkerReport.queues, WorkerReport.seen_at)):
        for name in report.queues.split(","):
            seen[name] = max(report.seen_at, seen.get(name, report.seen_at))
    return seen
