"""Hold a node until a person releases it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, select, update

from dashboard.engine import acts, doorbell, questions, settling
from dashboard.engine.acts import Act
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.states import RUN_FINISHED, NodeStatus, RunStatus
from dashboard.engine.tables import node

LONGEST_REASON = 300
_MAY_BE_HELD = (NodeStatus.PENDING, NodeStatus.READY, NodeStatus.HELD)


@dataclass(frozen=True)
class Locked:
    """A node's row, locked: its key, where it stands, its queue, why it is held."""

    id: int
    status: NodeStatus
    queue: str
    hold_reason: str | None


_FIND = (
    select(node.c.id)
    .where(node.c.run_id == bindparam("run"), node.c.node_id == bindparam("name"))
    .execution_options(point="hold: find")
)

_LOCK = (
    select(node.c.status, node.c.queue, node.c.hold_reason)
    .where(node.c.id == bindparam("row"))
    .with_for_update()
    .execution_options(point="hold: lock")
)

# A node that waits for its parents goes on waiting for them; it is held when they have passed.
_HOLD = (
    update(node)
    .where(node.c.id == bindparam("row"))
    .values(
        status=case((node.c.status == NodeStatus.PENDING, NodeStatus.PENDING), else_=NodeStatus.HELD),
        hold_reason=bindparam("reason"),
        wait_reason=None,
        at_gate=None,
    )
    .execution_options(point="hold: hold")
)

_RELEASE = (
    update(node)
    .where(node.c.id == bindparam("row"))
    .values(status=bindparam("standing"), hold_reason=None)
    .execution_options(point="hold: release")
)


def hold(run_id: int, node_id: str, reason: str, by: int | None) -> None:
    """The node does not start before a person releases it; NotAllowedError once it has started."""
    why = reason.strip()[:LONGEST_REASON]
    if not why:
        raise NotAllowedError("Holding a node needs a reason.")

    def body(connection: Connection) -> Act[None]:
        run_status = settling.lock_run(connection, run_id)
        found = lock_node(connection, run_id, node_id)
        if run_status in RUN_FINISHED | {RunStatus.CANCELLING} or found.status not in _MAY_BE_HELD:
            raise NotAllowedError(f"{node_id} is {found.status.lower()}: only what has not started can be held.")
        questions.refuse_if_open(connection, found.id, node_id)
        connection.execute(_HOLD, {"row": found.id, "reason": why})
        settling.grow_version(connection, run_id)
        return acts.on_run(connection, run_id, "node.hold", by, {"node": node_id, "reason": why}, None)

    acts.perform(body)


def release(run_id: int, node_id: str, by: int | None) -> None:
    """The node may start, as soon as its parents have passed and the run is not paused."""

    def body(connection: Connection) -> Act[list[str]]:
        run_status = settling.lock_run(connection, run_id)
        found = lock_node(connection, run_id, node_id)
        if found.hold_reason is None or found.status not in _MAY_BE_HELD:
            raise NotAllowedError(f"Nobody holds {node_id}: it is {found.status.lower()}.")
        questions.refuse_if_open(connection, found.id, node_id)
        queues = let_go(connection, found, run_status)
        settling.grow_version(connection, run_id)
        detail = {"node": node_id, "reason": found.hold_reason}
        return acts.on_run(connection, run_id, "node.release", by, detail, queues)

    doorbell.ring(acts.perform(body))


def let_go(connection: Connection, found: Locked, run_status: RunStatus) -> list[str]:
    """Nothing holds the node any more; the queue to ring, when it may run now."""
    standing = settling.standing(run_status) if found.status == NodeStatus.HELD else found.status
    connection.execute(_RELEASE, {"row": found.id, "standing": standing})
    return [found.queue] if standing == NodeStatus.READY else []


def lock_node(connection: Connection, run_id: int, node_id: str) -> Locked:
    """The node's row, locked by key; NotFoundError when the run has none of that name."""
    row = connection.execute(_FIND, {"run": run_id, "name": node_id}).scalar()
    if row is None:
        raise NotFoundError(f"The run has no node {node_id!r}.")
    found = connection.execute(_LOCK, {"row": row}).one()
    return Locked(row, NodeStatus(found.status), found.queue, found.hold_reason)
