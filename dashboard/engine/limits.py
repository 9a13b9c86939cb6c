"""Limits: of the nodes that share a key, so many may run at once, in all runs together.

A key has a gate, a row that is locked by whoever counts its places. A claim that finds the gate full lets the node
wait there, HELD; whoever leaves a place lifts the next waiter in the same transaction. Lock order: run, node, gate. A
transaction takes its gates last and in the order of their keys; the run of a waiter is only tried (SKIP LOCKED).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from sqlalchemy import Connection, bindparam, func, insert, select, update

from dashboard.engine.clock import now
from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.engine.tables import gate, node, run
from dashboard.engine.transactions import persist, reading

AT_ONCE = 200  # waiters that one claim sends to the gate, or that one look considers

_LOCK = (
    select(gate.c.places).where(gate.c.key == bindparam("key")).with_for_update().execution_options(point="gate: lock")
)

_TAKEN = (
    select(func.count())
    .where(node.c.at_gate == bindparam("key"), node.c.status == NodeStatus.RUNNING)
    .execution_options(point="gate: count")
)

# The others of its run that would be claimed next, only to find the same gate full.
_ARRIVING = (
    select(node.c.id)
    .where(node.c.run_id == bindparam("run"), node.c.status == NodeStatus.READY, node.c.available_at <= now(),
           node.c.concurrency_key == bindparam("key"))
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
    .execution_options(point="gate: arriving")
)  # fmt: skip

_WAIT = (
    update(node)
    .where(node.c.id.in_(bindparam("rows", expanding=True)), node.c.status == NodeStatus.READY)
    .values(status=NodeStatus.HELD, at_gate=node.c.concurrency_key, wait_reason=bindparam("reason"))
    .execution_options(point="gate: wait")
)

_WAITING = (
    select(node.c.id, node.c.run_id, node.c.queue)
    .join(run, run.c.id == node.c.run_id)
    .where(node.c.at_gate == bindparam("key"), node.c.status == NodeStatus.HELD, node.c.hold_reason.is_(None),
           run.c.status == RunStatus.RUNNING)
    .order_by(node.c.priority, node.c.available_at, node.c.id)
    .limit(AT_ONCE)
    .execution_options(point="gate: waiting")
)  # fmt: skip

_TRY_RUN = (
    select(run.c.status)
    .where(run.c.id == bindparam("run"))
    .with_for_update(skip_locked=True)
    .execution_options(point="gate: try run")
)

_LIFT = (
    update(node)
    .where(node.c.id == bindparam("row"), node.c.status == NodeStatus.HELD, node.c.hold_reason.is_(None))
    .values(status=NodeStatus.READY, at_gate=None, wait_reason=None)
    .execution_options(point="gate: lift")
)

_GATES_WAITED_AT = (
    select(node.c.at_gate)
    .where(node.c.at_gate.is_not(None), node.c.status == NodeStatus.HELD)
    .distinct()
    .execution_options(point="gate: waited at")
)


def admit(connection: Connection, row: int, run_id: int, key: str) -> bool:
    """Whether the ready node, locked by the caller, may run now; if not, it and its like in the run wait."""
    places = connection.execute(_LOCK, {"key": key}).scalar()
    if places is None or _taken(connection, key) < places:
        return True
    arriving = connection.execute(_ARRIVING, {"run": run_id, "key": key}).scalars().all()
    reason = f"waits for one of {places} places of {key}" if places > 1 else f"waits for the one place of {key}"
    connection.execute(_WAIT, {"rows": sorted({row, *arriving}), "reason": reason[:300]})
    return False


def free(connection: Connection, key: str | None) -> list[str]:
    """After a node of that key stopped running: lift as many waiters as there are places; the queues to ring."""
    if key is None:
        return []
    places = connection.execute(_LOCK, {"key": key}).scalar() or 0
    left = places - _taken(connection, key)
    lifted: list[str] = []
    for waiter in connection.execute(_WAITING, {"key": key}).all() if left > 0 else ():
        if len(lifted) == left:
            break
        if connection.execute(_TRY_RUN, {"run": waiter.run_id}).scalar() == RunStatus.RUNNING:
            connection.execute(_LIFT, {"row": waiter.id})
            lifted.append(waiter.queue)
    return lifted


def lift_waiters() -> list[str]:
    """The safety net: lift what waits at a gate that has places; the queues to ring."""
    with reading() as connection:
        keys = connection.execute(_GATES_WAITED_AT).scalars().all()
    return [queue for key in keys for queue in persist(partial(free, key=key))]


def open_gates(connection: Connection, places: Mapping[str, int]) -> None:
    """Give each key its number of places, from now on and for every workflow that shares it."""
    known = connection.execute(select(gate.c.key, gate.c.places).where(gate.c.key.in_(places))).all()
    for key, number in known:
        if number != places[key]:
            connection.execute(update(gate).where(gate.c.key == key).values(places=places[key]))
    for key in _missing(places, (row.key for row in known)):
        connection.execute(insert(gate).values(key=key, places=places[key]))


def _missing(places: Mapping[str, int], known: Iterable[str]) -> list[str]:
    return sorted(set(places) - set(known))


def _taken(connection: Connection, key: str) -> int:
    return int(connection.execute(_TAKEN, {"key": key}).scalar_one())
