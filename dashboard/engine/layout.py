"""The rows of a new run: itself, its nodes, its edges; and its first nodes made ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, insert, select, update

from dashboard.engine import pausing, places, settling
from dashboard.engine.clock import now
from dashboard.engine.dag import Dag, NodeSpec, first_nodes, successors
from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.engine.tables import edge, node, run

_ADD_RUN = (
    insert(run).values(version=1, status=RunStatus.CREATED, created_at=now()).execution_options(point="layout: run")
)
_ADD_STARTED_RUN = _ADD_RUN.values(status=RunStatus.RUNNING, started_at=now())
_ADD_NODES = insert(node).values(available_at=now()).execution_options(point="layout: nodes")
_ADD_EDGES = insert(edge).execution_options(point="layout: edges")
_KEYS = select(node.c.node_id, node.c.id).where(node.c.run_id == bindparam("run"))

_FIRST = (
    select(node.c.id, node.c.queue, node.c.hold_reason)
    .where(
        node.c.run_id == bindparam("run"),
        node.c.status == NodeStatus.PENDING,
        node.c.id.not_in(select(edge.c.child_id).where(edge.c.run_id == bindparam("run"))),
    )
    .execution_options(point="layout: first nodes")
)

_MAKE_READY = (
    update(node)
    .where(node.c.id.in_(bindparam("rows", expanding=True)), node.c.status == NodeStatus.PENDING)
    .values(status=settling.unless_held(NodeStatus.READY), available_at=now())
    .execution_options(point="layout: make ready")
)


def save(connection: Connection, values: Mapping[str, Any], shape: Dag) -> int:
    """Save a run that nobody has started, with all its nodes waiting; its id."""
    return _save(connection, _ADD_RUN, values, shape, {})


def save_started(connection: Connection, values: Mapping[str, Any], shape: Dag) -> tuple[int, list[str]]:
    """Save a run that starts as it is saved, its first nodes ready; its id, and the queues they wait in.

    Where its workflow is paused, or all places of its team are taken, the run starts when that ends.
    """
    if pausing.holds(connection, values["definition_id"]):
        return _save(connection, _ADD_RUN, {**values, "waits_for_workflow": True}, shape, {}), []
    if places.are_full(connection, values["team_id"]):
        return _save(connection, _ADD_RUN, {**values, "waits_for_place": True}, shape, {}), []
    first = first_nodes(shape)
    standing = {spec.id: NodeStatus.HELD if spec.hold else NodeStatus.READY for spec in first}
    run_id = _save(connection, _ADD_STARTED_RUN, values, shape, standing)
    return run_id, [spec.queue for spec in first if not spec.hold]


def ready_first(connection: Connection, run_id: int) -> list[str]:
    """Make the nodes without parents ready; the queues they wait in."""
    first = connection.execute(_FIRST, {"run": run_id}).all()
    connection.execute(_MAKE_READY, {"rows": [row.id for row in first]})
    return [row.queue for row in first if row.hold_reason is None]


def _save(
    connection: Connection, add_run: Insert, values: Mapping[str, Any], shape: Dag, standing: Mapping[str, NodeStatus]
) -> int:
    added = connection.execute(add_run, dict(values))
    run_id = int(added.inserted_primary_key[0])  # type: ignore[index]  # an INSERT of one row always has one
    successor = successors(shape)
    rows = [
        {**_row(spec), "run_id": run_id, "position": place, "successor": successor.get(spec.id),
         "status": standing.get(spec.id, NodeStatus.PENDING)}
        for place, spec in enumerate(shape.nodes)
    ]  # fmt: skip
    connection.execute(_ADD_NODES, rows)
    keys = {row.node_id: row.id for row in connection.execute(_KEYS, {"run": run_id})}
    edges = [{"run_id": run_id, "parent_id": keys[parent], "child_id": keys[child]} for parent, child in shape.edges]
    if edges:
        connection.execute(_ADD_EDGES, edges)
    return run_id


def _row(spec: NodeSpec) -> dict[str, Any]:
    return {
        "node_id": spec.id,
        "handler": spec.handler,
        "type": spec.type,
        "queue": spec.queue,
        "priority": spec.priority,
        "max_attempts": spec.max_attempts,
        "timeout_seconds": spec.timeout_seconds,
        "hold_reason": spec.hold,
        "concurrency_key": spec.concurrency_key,
        "reuses": spec.reuse,
    }
