"""Going on without a node, because a person says so, with a reason."""

from __future__ import annotations

from sqlalchemy import Connection

from dashboard.engine import acts, doorbell, following, picture, settling
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import NotAllowedError
from dashboard.engine.picture import Picture
from dashboard.engine.retrying import NOT_UNDER_WAY, go_on, put
from dashboard.engine.states import RUN_FINISHED, NodeStatus, RunStatus, may_node_move

LONGEST_REASON = 300


def skip(run_id: int, node_id: str, reason: str, by: int | None) -> None:
    """Go on without a node: its children count it as passed, and see no output of it."""
    why = reason.strip()[:LONGEST_REASON]
    if not why:
        raise NotAllowedError("Skipping a node needs a reason.")

    def body(connection: Connection) -> Act[list[str]]:
        run_status = settling.lock_run(connection, run_id)
        seen = picture.take_locked(connection, run_id)
        key = seen.named(node_id)
        _check(seen, key, run_id, run_status)
        standing = RunStatus.RUNNING if run_status in RUN_FINISHED else run_status
        queues = _pass_over(connection, seen, key, why, run_id, standing)
        go_on(connection, run_id, run_status)
        settling.settle(connection, run_id, standing)
        detail = {"node": node_id, "reason": why}
        return acts.on_run(connection, run_id, "node.skip", by, detail, queues + seen.passed_over)

    doorbell.ring(acts.perform(body))


def _check(seen: Picture, key: int, run_id: int, run_status: RunStatus) -> None:
    if run_status in NOT_UNDER_WAY:
        raise NotAllowedError(f"Run {run_id} is {run_status.lower()}: nothing can be skipped now.")
    if not may_node_move(seen.status(key), NodeStatus.SKIPPED):
        raise NotAllowedError(f"{seen.nodes[key].node_id} is {seen.status(key).lower()}: it cannot be skipped.")


def _pass_over(
    connection: Connection, seen: Picture, key: int, why: str, run_id: int, standing: RunStatus
) -> list[str]:
    """The node is skipped and what it had stopped waits again; the queues in which nodes became ready."""
    put(connection, {key}, status=NodeStatus.SKIPPED, finished_at=now(), wait_reason=why, hold_reason=None,
        **settling.RELEASED)  # fmt: skip
    put(connection, seen.begins_anew({key}, from_here=False) - {key}, status=NodeStatus.PENDING, finished_at=None,
        wait_reason=None, **settling.RELEASED)  # fmt: skip
    return list(following.ready_children(connection, key, standing))
