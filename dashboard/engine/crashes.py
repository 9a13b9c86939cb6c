"""Crashes: the process that held a claim is gone, which its worker saw, or the reaper when the lease ran out.

A crash counts on the node: the third poisons it. The worker knows how the process died and says so at once; the reaper
comes where the worker is gone as well.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Connection, RowMapping, Update, and_, bindparam, select, update

from dashboard.engine import doorbell, limits, settling
from dashboard.engine.claims import COLUMNS, Claim, claim_of, record_end
from dashboard.engine.clock import now
from dashboard.engine.outcomes import Failure
from dashboard.engine.states import NODE_FINISHED, NodeStatus, Outcome, RunStatus
from dashboard.engine.tables import node, run
from dashboard.engine.transactions import persist, reading

REAP_AT_ONCE = 100

_MINE = and_(
    node.c.id == bindparam("row"),
    node.c.claim_token == bindparam("token"),
    node.c.status == NodeStatus.RUNNING,
)
_EXPIRED = and_(node.c.status == NodeStatus.RUNNING, node.c.claim_expires_at < now())

_CRASHES = select(node.c.crashes).where(_MINE).execution_options(point="crash: count")
_RELEASE = update(node).where(_MINE).execution_options(point="crash: own node")

_SILENT = (
    select(*COLUMNS, node.c.claim_token, node.c.claimed_by)
    .where(_EXPIRED)
    .limit(REAP_AT_ONCE)
    .execution_options(point="reap: expired")
)
_FREE = (
    select(node.c.id)
    .join_from(node, run, run.c.id == node.c.run_id)
    .where(_MINE)
    .with_for_update(skip_locked=True)
    .execution_options(point="reap: free")
)
_RELEASE_SILENT = update(node).where(_MINE, _EXPIRED).execution_options(point="reap: own node")


def crash(claim: Claim, death: Failure, max_crashes: int) -> bool:
    """Record that the claim's process died of `death`; False when the claim was lost before, and nothing is kept."""
    ready = persist(partial(_crash, claim=claim, death=death, max_crashes=max_crashes, release=_RELEASE))
    doorbell.ring(ready or ())
    return ready is not None


def reap(max_crashes: int) -> list[str]:
    """Take back every claim whose lease ran out; the queues in which nodes became ready again.

    Reads first and then updates row by row, by key and token: a bulk UPDATE would lock across runs and deadlock.
    """
    with reading() as connection:
        rows = connection.execute(_SILENT).mappings().all()
    return [queue for row in rows for queue in _reap_one(row, max_crashes)]


def _reap_one(row: RowMapping, max_crashes: int) -> list[str]:
    claim = claim_of(row, row["attempt"], row["claim_token"], row["claimed_by"] or "?")
    silence = f"Worker {claim.worker} fell silent: its lease ran out while {claim.node_id} was running."
    death = Failure("WorkerLost", silence)
    return persist(partial(_crash_if_free, claim=claim, death=death, max_crashes=max_crashes)) or []


def _crash_if_free(connection: Connection, claim: Claim, death: Failure, max_crashes: int) -> list[str] | None:
    """A row that is locked is left for the next sweep: whoever holds it may stand still, and other nodes wait too."""
    if connection.execute(_FREE, {"row": claim.id, "token": claim.token}).first() is None:
        return None
    return _crash(connection, claim, death, max_crashes, _RELEASE_SILENT)


def _crash(connection: Connection, claim: Claim, death: Failure, max_crashes: int, release: Update) -> list[str] | None:
    """The queues in which the node, or one that waited for its place, is ready now; None when the claim was lost."""
    run_status = settling.lock_run(connection, claim.run_id)
    mine = {"row": claim.id, "token": claim.token}
    crashes = (connection.execute(_CRASHES, mine).scalar() or 0) + 1
    values = _after_crash(crashes, max_crashes, run_status)
    if not connection.execute(release.values(**values), mine).rowcount:
        return None
    message = f"{death.message} (crash {crashes} of {max_crashes})"
    record_end(connection, claim, Outcome.CRASHED, error_type=death.type, error_message=message,
               error_frame=death.frame[:500], traceback=death.traceback)  # fmt: skip
    if values["status"] == NodeStatus.POISONED:
        settling.fail_descendants(connection, claim.run_id, claim.id)
    settling.settle(connection, claim.run_id, run_status)
    lifted = limits.free(connection, claim.concurrency_key)
    return [claim.queue, *lifted] if values["status"] == NodeStatus.READY else lifted


def _after_crash(crashes: int, max_crashes: int, run_status: RunStatus) -> dict[str, Any]:
    poisoned = crashes >= max_crashes and run_status != RunStatus.CANCELLING
    status = NodeStatus.POISONED if poisoned else settling.standing(run_status)
    ended = {"finished_at": now()} if status in NODE_FINISHED else {}
    return {**settling.RELEASED, "status": status, "crashes": crashes, "available_at": now(), **ended}
