"""Take a claim from a silent worker at an operator's word, before its lease runs out.

It counts as no crash: nobody knows what became of the worker. Should it still live, its next renewal finds the token
gone.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, func, select, update

from dashboard.engine import acts, doorbell, limits, settling
from dashboard.engine.acts import Act
from dashboard.engine.claims import COLUMNS, claim_of, record_end
from dashboard.engine.clock import now
from dashboard.engine.errors import ConflictError, NotAllowedError, NotFoundError
from dashboard.engine.reports import SILENT_SECONDS
from dashboard.engine.states import NodeStatus, Outcome
from dashboard.engine.tables import node
from dashboard.models import WorkerReport

_RUN = select(node.c.run_id).where(node.c.id == bindparam("row")).execution_options(point="reclaim: run")

_LOCK = (
    select(
        *COLUMNS, node.c.status, node.c.claim_token, node.c.claimed_by, node.c.claim_expires_at, now().label("clock")
    )
    .where(node.c.id == bindparam("row"))
    .with_for_update()
    .execution_options(point="reclaim: lock")
)

_SEEN = (
    select(func.max(WorkerReport.seen_at)).where(WorkerReport.name == bindparam("worker"))
).execution_options(point="reclaim: worker")  # fmt: skip

_TAKE_BACK = (
    update(node)
    .where(
        node.c.id == bindparam("row"),
        node.c.claim_token == bindparam("token"),
        node.c.status == str(NodeStatus.RUNNING),
    )
    .execution_options(point="reclaim: take back")
)


def take_back(row: int, attempt: int, by: int | None) -> None:
    """The node may run elsewhere at once.

    ConflictError when that attempt is over, NotAllowedError when its worker has been heard of lately.
    """

    def body(connection: Connection) -> Act[list[str]]:
        run_id = connection.execute(_RUN, {"row": row}).scalar()
        if run_id is None:
            raise NotFoundError("There is no such node.")
        run_status = settling.lock_run(connection, run_id)
        held = _locked(connection, row, attempt)
        status = settling.standing(run_status)
        ended = now() if status == NodeStatus.CANCELLED else None
        values = {**settling.RELEASED, "status": status, "available_at": now(), "finished_at": ended}
        connection.execute(_TAKE_BACK.values(**values), {"row": row, "token": held.claim_token})
        claim = claim_of(held._mapping, attempt, held.claim_token, held.claimed_by or "?")
        record_end(connection, claim, Outcome.REVOKED)
        settling.settle(connection, run_id, run_status)
        lifted = limits.free(connection, claim.concurrency_key)
        queues = [claim.queue, *lifted] if status == NodeStatus.READY else lifted
        detail = {"node": claim.node_id, "attempt": attempt, "worker": claim.worker}
        return acts.on_run(connection, run_id, "claim.release", by, detail, queues)

    doorbell.ring(acts.perform(body))


def _locked(connection: Connection, row: int, attempt: int) -> Row[Any]:
    """The node's row, locked, once it is sure that it may be taken back."""
    held = cast("Row[Any]", connection.execute(_LOCK, {"row": row}).one())
    if held.status != NodeStatus.RUNNING or held.attempt != attempt:
        raise ConflictError(f"{held.node_id} has moved on since you looked: it is {held.status.lower()}.")
    seen = connection.execute(_SEEN, {"worker": held.claimed_by}).scalar()
    silence = (held.clock - seen).total_seconds() if seen else SILENT_SECONDS
    if held.claim_expires_at > held.clock and silence < SILENT_SECONDS:
        raise NotAllowedError(
            f"Worker {held.claimed_by} reported {round(silence)} s ago: it is alive. Drain it, or cancel the run."
        )
    return held
