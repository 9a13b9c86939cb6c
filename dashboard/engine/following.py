"""What follows a node's success: its children become ready, one of them may go straight to the worker that is free.

Everything is counted from the rows each time, inside the caller's transaction and after the run's lock: counters
would drift under retries, and two parents that finish at once would each miss the other (measured: 87 % of children
lost without the lock).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, exists, func, null, select, update

from dashboard.engine import settling
from dashboard.engine.claims import COLUMNS, Claim, Wish
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

# A parent the child still waits for, from the last on: nodes are claimed first to last.
_waits_for = (
    select(_parent.c.id)
    .join(_sibling, _sibling.c.parent_id == _parent.c.id)
    .where(_sibling.c.child_id == node.c.id, _parent.c.status.not_in(words(NODE_PASSED)))
    .order_by(_sibling.c.parent_id.desc())
    .limit(1)
    .scalar_subquery()
)

_goes_on = exists().where(_any.c.run_id == bindparam("run"), _any.c.status.in_(words(NODE_UNFINISHED)))

_most_urgent = (
    select(func.min(_waiting.c.priority))
    .where(_waiting.c.queue == bindparam("queue"), _waiting.c.status == word(NodeStatus.READY))
    .scalar_subquery()
)

_child = (*COLUMNS, node.c.priority, node.c.hold_reason)

# The children that have not begun.
_LOOK_AROUND = (
    select(run.c.status.label("run_status"), _most_urgent.label("most_urgent"), _waits_for.label("waits_for"), *_child)
    .select_from(edge.join(node, node.c.id == edge.c.child_id).join(run, run.c.id == edge.c.run_id))
    .where(edge.c.parent_id == bindparam("row"), node.c.status == word(NodeStatus.PENDING))
    .execution_options(point="follow: look around")
)

# The same for the one child that waits for the node alone.
_LOOK_AHEAD = (
    select(run.c.status.label("run_status"), _most_urgent.label("most_urgent"), null().label("waits_for"), *_child)
    .select_from(run.join(node, node.c.run_id == run.c.id))
    .where(
        run.c.id == bindparam("run"),
        node.c.node_id == bindparam("successor"),
        node.c.status == word(NodeStatus.PENDING),
    )
    .execution_options(point="follow: look ahead")
)

_LOOK_AT_RUN = (
    select(run.c.status.label("run_status"), _goes_on.label("goes_on"))
    .where(run.c.id == bindparam("run"))
    .execution_options(point="follow: look at run")
)

_MAKE_READY = (
    update(node)
    .where(node.c.id.in_(bindparam("rows", expanding=True)), node.c.status == word(NodeStatus.PENDING))
    .values(status=settling.unless_held(bindparam("standing")), available_at=now())
    .execution_options(point="follow: make ready", deferred=True)
)


def follow(connection: Connection, claim: Claim, wish: Wish | None) -> Following:
    """Make the node's children ready, or end the run when nothing is left to do.

    A worker that is free and wishes for one gets a child at once, unless a more urgent node waits in its queue: it goes
    on with the run it is in, without the child's turn as READY. A child that is held or must pass a gate has its turn.
    """
    free_in = wish.queue if wish else None
    waiting = _look_ahead(connection, claim, free_in) or _look_around(connection, claim.id, free_in)
    if not waiting:
        return _end_or_go_on(connection, claim.run_id)
    run_status = RunStatus(waiting[0].run_status)
    children = [child for child in waiting if child.waits_for is None]
    heir = _heir(children, wish) if settling.standing(run_status) == NodeStatus.READY else None
    ready = _make_ready(connection, [child for child in children if child is not heir], run_status)
    return Following(run_status, ready, heir)


def ready_children(connection: Connection, row: int, run_status: RunStatus) -> tuple[str, ...]:
    """Make every child of the node ready whose parents have all passed; the queues they wait in."""
    children = [child for child in _look_around(connection, row, None) if child.waits_for is None]
    return _make_ready(connection, children, run_status)


def _end_or_go_on(connection: Connection, run_id: int) -> Following:
    """Nothing follows the node: the run goes on elsewhere, or it has come to its end."""
    seen = connection.execute(_LOOK_AT_RUN, {"run": run_id}).one()
    run_status = RunStatus(seen.run_status)
    if seen.goes_on or run_status in RUN_FINISHED:
        return Following(run_status)
    return Following(settling.end_run(connection, run_id, run_status))


def _look_ahead(connection: Connection, claim: Claim, queue: str | None) -> Sequence[Row[Any]]:
    if claim.successor is None:
        return ()
    ahead = {"run": claim.run_id, "successor": claim.successor, "queue": queue}
    return connection.execute(_LOOK_AHEAD, ahead).all()


def _look_around(connection: Connection, row: int, queue: str | None) -> Sequence[Row[Any]]:
    found = connection.execute(_LOOK_AROUND, {"row": row, "queue": queue}).all()
    return cast("Sequence[Row[Any]]", found)


def _heir(children: Sequence[Row[Any]], wish: Wish | None) -> Row[Any] | None:
    at_hand = [child for child in children if wish and child.queue == wish.queue and wish.knows(child.handler)]
    mine = [child for child in at_hand if not (child.hold_reason or child.concurrency_key)]
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
