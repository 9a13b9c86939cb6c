"""Standstill: runs in which nothing moves although nothing of them runs, so that somebody should look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from dashboard.engine import notices
from dashboard.engine.clock import later
from dashboard.engine.notices import Event
from dashboard.engine.reports import SILENT_SECONDS
from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.engine.tables import node, run
from dashboard.engine.transactions import persist, reading
from dashboard.models import WorkerReport

AT_ONCE = 200


@dataclass(frozen=True)
class Stuck:
    """A run that stands still, the version at which it does, and why."""

    run_id: int
    team_id: int
    started_by: int | None
    version: int
    why: str


def tell_of_the_stuck(after_seconds: float) -> int:
    """Tell of each run that has not moved for so long, once until it moves again; how many stand still."""
    found = stuck(after_seconds)
    if found:
        persist(lambda connection: _tell(connection, found))
    return len(found)


def stuck(after_seconds: float) -> list[Stuck]:
    """Runs under way that wait for a person, for a worker that is not there, or for nothing at all."""
    with reading() as connection:
        still = connection.execute(_still(after_seconds)).all()
        waiting = _waiting_nodes(connection, [one.id for one in still])
        workers = _workers(connection) if still else []
    reasons = [(one, _why(waiting[one.id], workers)) for one in still]
    return [Stuck(one.id, one.team_id, one.started_by, one.version, why) for one, why in reasons if why]


def _still(after_seconds: float) -> Any:
    long_ago = later(-after_seconds)
    moves = or_(
        node.c.status == NodeStatus.RUNNING,
        node.c.finished_at > long_ago,
        node.c.claimed_at > long_ago,
        node.c.available_at > long_ago,
    )
    return (
        select(run.c.id, run.c.team_id, run.c.started_by, run.c.version)
        .where(run.c.status == RunStatus.RUNNING, run.c.started_at < long_ago)
        .where(~select(node.c.id).where(node.c.run_id == run.c.id, moves).exists())
        .order_by(run.c.id)
        .limit(AT_ONCE)
    )


def _waiting_nodes(connection: Connection, run_ids: Sequence[int]) -> dict[int, list[Any]]:
    wanted = select(
        node.c.run_id, node.c.node_id, node.c.queue, node.c.handler, node.c.status, node.c.hold_reason, node.c.at_gate
    )
    states = node.c.status.in_([str(NodeStatus.READY), str(NodeStatus.HELD)])
    found: dict[int, list[Any]] = defaultdict(list)
    if run_ids:
        for row in connection.execute(wanted.where(node.c.run_id.in_(run_ids), states).order_by(node.c.position)):
            found[row.run_id].append(row)
    return found


def _workers(connection: Connection) -> list[Any]:
    """The queues and handlers of each worker that is alive and takes nodes."""
    alive = (WorkerReport.seen_at > later(-SILENT_SECONDS), WorkerReport.drain_at.is_(None))
    return list(connection.execute(select(WorkerReport.queues, WorkerReport.handlers).where(*alive)))


def _serves(worker: Any, waits: Any) -> bool:
    """A worker that does not tell its handlers may have any."""
    has_it = worker.handlers is None or waits.handler in worker.handlers
    return has_it and waits.queue in worker.queues.split(",")


def _why(waiting: Sequence[Any], workers: Sequence[Any]) -> str | None:
    """Why it stands still; None where it only waits for its turn, at a gate or in a queue that is served."""
    if any(one.at_gate and not one.hold_reason for one in waiting):
        return None
    ready = [one for one in waiting if one.status == NodeStatus.READY]
    if any(_serves(worker, one) for worker in workers for one in ready):
        return None
    held = next((one for one in waiting if one.hold_reason), None)
    if held is not None:
        return f"{held.node_id} waits for a person: {held.hold_reason}"
    if ready:
        return f"No worker serves the queue {ready[0].queue} and has the handler {ready[0].handler}."
    return "Nothing of it runs, and nothing is about to."


def _tell(connection: Connection, found: Sequence[Stuck]) -> None:
    for one in found:
        notices.tell(connection, Event.STUCK, one.team_id, f"stuck:{one.run_id}:{one.version}", one.why,
                     f"/runs/{one.run_id}", one.started_by, one.run_id)  # fmt: skip
