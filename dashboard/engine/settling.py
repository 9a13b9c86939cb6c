"""The run around a node's change: its lock, its version, its end, and the descendants of what failed.

Every function works inside the caller's transaction, whose first statement is `lock_run` or `enter_run`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Case, Connection, and_, bindparam, case, literal, null, select, update

from dashboard.engine import notices
from dashboard.engine.clock import elapsed, now
from dashboard.engine.dag import descendants
from dashboard.engine.errors import NotFoundError
from dashboard.engine.states import (
    NODE_FINISHED,
    NODE_PASSED,
    NODE_UNFINISHED,
    RUN_FINISHED,
    NodeStatus,
    RunStatus,
)
from dashboard.engine.tables import ONE, edge, node, run

# What a node's row loses when its claim ends. `claimed_at` stays: the attempt's row is written from it.
RELEASED: dict[str, Any] = dict.fromkeys(("claim_token", "claim_expires_at", "deadline_at", "at_gate"), null())

_LOCK_RUN = (
    select(run.c.status).where(run.c.id == bindparam("run")).with_for_update().execution_options(point="run: lock")
)

_GROW = (
    update(run)
    .where(run.c.id == bindparam("row"))
    .values(version=run.c.version + ONE)
    .execution_options(point="run: grow version", deferred=True)
)

_UNFINISHED = (
    select(node.c.id)
    .where(node.c.run_id == bindparam("run"), node.c.status.in_([str(status) for status in NODE_UNFINISHED]))
    .limit(1)
    .execution_options(point="settle: unfinished")
)

_BROKEN = (
    select(node.c.id)
    .where(node.c.run_id == bindparam("run"), node.c.status.in_([str(one) for one in NODE_FINISHED - NODE_PASSED]))
    .limit(1)
    .execution_options(point="settle: broken")
)

_END = (
    update(run)
    .where(run.c.id == bindparam("row"))
    .values(status=bindparam("end"), finished_at=now(), seconds=elapsed(run.c.started_at))
    .execution_options(point="settle: end run", deferred=True)
)

# Only to nodes that still wait: behind one that runs or has passed, nothing waits for what failed before it.
_EDGES_TO_WAITING = (
    select(edge.c.parent_id, edge.c.child_id)
    .join(node, node.c.id == edge.c.child_id)
    .where(edge.c.run_id == bindparam("run"), node.c.status == NodeStatus.PENDING)
    .execution_options(point="settle: edges to waiting")
)

_FAIL_DESCENDANTS = (
    update(node)
    .where(node.c.id.in_(bindparam("rows", expanding=True)), node.c.status == NodeStatus.PENDING)
    .values(status=NodeStatus.UPSTREAM_FAILED, finished_at=now())
    .execution_options(point="settle: fail descendants", deferred=True)
)


def lock_run(connection: Connection, run_id: int) -> RunStatus:
    """Lock the run's row, which must be the transaction's first statement, and say where the run stands."""
    status = connection.execute(_LOCK_RUN, {"run": run_id}).scalar()
    if status is None:
        raise NotFoundError(f"There is no run {run_id}.")
    return RunStatus(status)


def standing(run_status: RunStatus) -> NodeStatus:
    """Where a node goes that could run now: READY, or what the run's state makes of that."""
    if run_status == RunStatus.PAUSED:
        return NodeStatus.HELD
    return NodeStatus.CANCELLED if run_status == RunStatus.CANCELLING else NodeStatus.READY


def unless_held(status: NodeStatus | BindParameter[str]) -> Case[str]:
    """That standing in SQL, but HELD instead of READY for a node that a person must release."""
    value = literal(str(status)) if isinstance(status, NodeStatus) else status
    held = and_(node.c.hold_reason.is_not(None), value == str(NodeStatus.READY))
    return case((held, str(NodeStatus.HELD)), else_=value)


def enter_run(connection: Connection, run_id: int) -> None:
    """Lock the run's row and grow its version in one statement, which must be the transaction's first."""
    connection.execute(_GROW, {"row": run_id})


def fail_descendants(connection: Connection, run_id: int, row: int) -> None:
    """Everything that waits for the node, near or far, never starts."""
    edges = connection.execute(_EDGES_TO_WAITING, {"run": run_id})
    later_rows = sorted(descendants([(parent, child) for parent, child in edges], [row]))
    if later_rows:
        connection.execute(_FAIL_DESCENDANTS, {"rows": later_rows})


def settle(connection: Connection, run_id: int, run_status: RunStatus) -> RunStatus:
    """Grow the run's version, and end the run when nothing is left to do; where it stands then."""
    grow_version(connection, run_id)
    if run_status in RUN_FINISHED or connection.execute(_UNFINISHED, {"run": run_id}).first() is not None:
        return run_status
    return end_run(connection, run_id, run_status)


def end_run(connection: Connection, run_id: int, run_status: RunStatus) -> RunStatus:
    """End a run whose nodes have all ended; how it ended."""
    end = _verdict(connection, run_id, run_status)
    connection.execute(_END, {"row": run_id, "end": end})
    notices.run_ended(connection, run_id, end)
    return end


def grow_version(connection: Connection, run_id: int, **changes: Any) -> None:
    """Grow the run's version, with other changes of its row."""
    connection.execute(_GROW.values(**changes) if changes else _GROW, {"row": run_id})


def _verdict(connection: Connection, run_id: int, run_status: RunStatus) -> RunStatus:
    if run_status == RunStatus.CANCELLING:
        return RunStatus.CANCELLED
    is_broken = connection.execute(_BROKEN, {"run": run_id}).first() is not None
    return RunStatus.FAILED if is_broken else RunStatus.SUCCEEDED
