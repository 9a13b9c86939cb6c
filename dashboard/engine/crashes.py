"""Crashes: the process that held a claim died, and its worker saw it: the node need not wait for the lease to end.

Like the reaper's, a crash counts on the node: the third poisons it. Unlike the reaper, the worker knows how it died.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from dashboard.engine import doorbell, limits, settling
from dashboard.engine.claims import Claim, record_end
from dashboard.engine.clock import now
from dashboard.engine.outcomes import Failure
from dashboard.engine.states import NODE_FINISHED, NodeStatus, Outcome, RunStatus
from dashboard.engine.tables import node
from dashboard.engine.transactions import persist

_MINE = (
    node.c.id == bindparam("row"),
    node.c.claim_token == bindparam("token"),
    node.c.status == NodeStatus.RUNNING,
)
_CRASHES = select(node.c.crashes).where(*_MINE).execution_options(point="crash: count")
_RELEASE = update(node).where(*_MINE).execution_options(point="crash: own node")


def crash(claim: Claim, death: Failure, max_crashes: int) -> bool:
    """Record that the claim's process died of `death`; False when the claim was lost before, and nothing is kept."""

    def body(connection: Connection) -> list[str] | None:
        run_status = settling.lock_run(connection, claim.run_id)
        mine = {"row": claim.id, "token": claim.token}
        crashes = connection.execute(_CRASHES, mine).scalar()
        if crashes is None:
            return None
        values = _after_crash(crashes + 1, max_crashes, run_status)
        if not connection.execute(_RELEASE.values(**values), mine).rowcount:
            return None
        record_end(
            connection,
            claim,
            Outcome.CRASHED,
            error_type=death.type,
            error_message=f"{death.message} (crash {crashes + 1} of {max_crashes})",
            error_frame=death.frame[:500],
            traceback=death.traceback,
        )
        if values["status"] == NodeStatus.POISONED:
            settling.fail_descendants(connection, claim.run_id, claim.id)
        settling.settle(connection, claim.run_id, run_status)
        return limits.free(connection, claim.concurrency_key)

    lifted = persist(body)
    doorbell.ring(lifted or ())
    return lifted is not None


def _after_crash(crashes: int, max_crashes: int, run_status: RunStatus) -> dict[str, Any]:
    poisoned = crashes >= max_crashes and run_status != RunStatus.CANCELLING
    status = NodeStatus.POISONED if poisoned else settling.standing(run_status)
    ended = {"finished_at": now()} if status in NODE_FINISHED else {}
    return {**settling.RELEASED, "status": status, "crashes": crashes, "available_at": now(), **ended}
