"""How far a run is, which version a page shows, and why a node waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, func, select

from dashboard.engine.clock import now
from dashboard.engine.errors import NotFoundError
from dashboard.engine.states import NODE_FINISHED, NODE_PASSED, NODE_UNFINISHED, NodeStatus
from dashboard.engine.tables import edge, node, run
from dashboard.engine.transactions import reading
from dashboard.models import WorkerReport

SILENT_SECONDS = 90.0
AnyRow: TypeAlias = Any  # a row of one of the statements below


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
        columns = (node.c.id, node.c.node_id, node.c.status, node.c.queue, node.c.failures, node.c.max_attempts,
                   node.c.available_at, node.c.claimed_by, node.c.claim_expires_at, node.c.priority)  # fmt: skip
        rows = {row.id: row for row in connection.execute(select(*columns).where(node.c.run_id == run_id))}
        pairs = connection.execute(select(edge.c.parent_id, edge.c.child_id).where(edge.c.run_id == run_id)).all()
        clock = connection.execute(select(now())).scalar_one()
        seen = _queues_seen(connection)
        waiting = [row for row in rows.values() if NodeStatus(row.status) in NODE_UNFINISHED]
        reasons = {row.id: _reason(connection, row, rows, pairs, seen, clock) for row in waiting}
    return {key: sentence for key, sentence in reasons.items() if sentence}


def _reason(
    connection: Connection,
    row: AnyRow,
    rows: dict[int, AnyRow],
    pairs: Any,
    seen: dict[str, datetime],
    clock: datetime,
) -> str:
    status = NodeStatus(row.status)
    if status == NodeStatus.PENDING:
        parents = [rows[parent] for parent, child in pairs if child == row.id]
        names = [parent.node_id for parent in parents if parent.status not in NODE_PASSED]
        return f"waiting for {' and '.join(names)}" if names else ""
    if status == NodeStatus.HELD:
        return "paused"
    if status == NodeStatus.RUNNING:
        left = (row.claim_expires_at - clock).total_seconds()
        return f"worker {row.claimed_by} is silent and is being replaced" if left < 0 else ""
    if row.available_at > clock:
        wait = max(1, round((row.available_at - clock).total_seconds()))
        return f"retry in {wait} s ({row.failures + 1} of {row.max_attempts})"
    return _in_queue(connection, row, seen, clock)


def _in_queue(connection: Connection, row: AnyRow, seen: Mapping[str, datetime], clock: datetime) -> str:
    last = seen.get(row.queue)
    if last is None:
        return f"no worker serves the queue {row.queue}"
    silence = (clock - last).total_seconds()
    if silence > SILENT_SECONDS:
        return f"no live worker for the queue {row.queue} (last seen {round(silence / 60)} min ago)"
    ahead = select(func.count()).where(
        node.c.queue == row.queue, node.c.status == NodeStatus.READY,
        node.c.priority <= row.priority, node.c.available_at < row.available_at,
    )  # fmt: skip
    return f"queued, {connection.execute(ahead).scalar()} ahead"


def _queues_seen(connection: Connection) -> dict[str, datetime]:
    """When a worker of each queue was last seen."""
    seen: dict[str, datetime] = {}
    for report in connection.execute(select(WorkerReport.queues, WorkerReport.seen_at)):
        for name in report.queues.split(","):
            seen[name] = max(report.seen_at, seen.get(name, report.seen_at))
    return seen
