"""Retry by a person: what a retry would reset, said before it happens, and the retry itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, update

from dashboard.engine import acts, dag, doorbell, limits, picture, questions, removals, settling
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.dealing import OPEN
from dashboard.engine.errors import ConflictError, NotAllowedError
from dashboard.engine.picture import Picture
from dashboard.engine.states import (
    NODE_BROKEN,
    NODE_FINISHED,
    NODE_PASSED,
    RUN_FINISHED,
    NodeStatus,
    Outcome,
    RunStatus,
)
from dashboard.engine.tables import attempt, node
from dashboard.engine.transactions import reading

NOT_UNDER_WAY = frozenset({RunStatus.CREATED, RunStatus.CANCELLING})
_ENDED_BADLY = NODE_BROKEN | {NodeStatus.CANCELLED}


@dataclass(frozen=True)
class RetryPlan:
    """What a retry does: the node ids it resets, how many finished nodes it keeps, the sentence, the version seen."""

    resets: tuple[str, ...]
    keeps: int
    sentence: str
    version: int


def plan(run_id: int, node_id: str | None = None, from_here: bool = False) -> RetryPlan:
    """What `retry` with the same arguments would do; `node_id` None means all failed nodes."""
    with reading() as connection:
        seen = picture.take(connection, run_id)
    return _plan(seen, _starts(seen, node_id), from_here)


def retry(run_id: int, node_id: str | None, from_here: bool, seen_version: int | None, by: int | None) -> RetryPlan:
    """Reset the node and what hangs on it; the run goes on under its own id.

    ConflictError when the run has changed since `seen_version`. Attempts count on, their logs and artifacts stay.
    """

    chosen, queues = acts.perform(
        lambda connection: retry_within(connection, run_id, node_id, from_here, seen_version, by)
    )
    doorbell.ring(queues)
    return chosen


def retry_within(
    connection: Connection, run_id: int, node_id: str | None, from_here: bool, seen_version: int | None, by: int | None
) -> Act[tuple[RetryPlan, list[str]]]:
    """The same within the caller's transaction; what was done, and the queues to ring once that is committed."""
    run_status = settling.lock_run(connection, run_id)
    seen = picture.take_locked(connection, run_id)
    if seen_version is not None and seen_version != seen.version:
        raise ConflictError("The run has changed since you looked. Look again, and retry if it is still needed.")
    if run_status in NOT_UNDER_WAY:
        raise NotAllowedError(f"Run {run_id} is {run_status.lower()}: nothing can be retried now.")
    starts = _starts(seen, node_id)
    chosen = _plan(seen, starts, from_here)
    queues = _reset(connection, seen, seen.begins_anew(starts, from_here), run_status)
    go_on(connection, run_id, run_status)
    detail = {"node": node_id, "from_here": from_here, "resets": chosen.resets}
    return acts.on_run(connection, run_id, "node.retry", by, detail, (chosen, queues + seen.passed_over))


def go_on(connection: Connection, run_id: int, run_status: RunStatus) -> None:
    """A run that had ended runs again. NotAllowedError where the files it would read were removed."""
    if run_status in RUN_FINISHED:
        removals.look_for_files(connection, run_id)
        settling.grow_version(connection, run_id, status=RunStatus.RUNNING, finished_at=None, seconds=None, **OPEN)
    else:
        settling.grow_version(connection, run_id)


def put(connection: Connection, keys: set[int], **values: Any) -> None:
    """Change those nodes by key, which are locked."""
    for key in sorted(keys):
        changed = update(node).where(node.c.id == key).values(**values)
        connection.execute(changed.execution_options(point="picture: put"))


def _starts(seen: Picture, node_id: str | None) -> set[int]:
    if node_id is None:
        found = {key for key in seen.nodes if seen.status(key) in _ENDED_BADLY}
        if not found:
            raise NotAllowedError("No node of this run has failed.")
        return found
    key = seen.named(node_id)
    status = seen.status(key)
    if status not in NODE_FINISHED | {NodeStatus.READY, NodeStatus.RUNNING}:
        raise NotAllowedError(f"{node_id} is {status.lower()}: there is nothing to retry yet.")
    if seen.is_stopped(key, {key}):
        before = dag.ancestors(seen.edges, [key])
        broken = [seen.nodes[one].node_id for one in sorted(before) if seen.status(one) in _ENDED_BADLY]
        what = "never started" if status == NodeStatus.UPSTREAM_FAILED else "could not start"
        raise NotAllowedError(f"{node_id} {what}: retry {' and '.join(broken)}.")
    return {key}


def _plan(seen: Picture, starts: set[int], from_here: bool) -> RetryPlan:
    targets = sorted(seen.begins_anew(starts, from_here), key=lambda key: seen.nodes[key].position)
    names = [seen.nodes[key].node_id for key in targets]
    first = [seen.nodes[key].node_id for key in targets if key in starts]
    others = [name for name in names if name not in first]
    keeps = sum(seen.status(key) in NODE_PASSED for key in seen.nodes if key not in targets)
    sentence = f"Retry {', '.join(first)}."
    if others:
        sentence += f" Also resets {_count(len(others), 'later node')}: {', '.join(others)}."
    sentence += f" Keeps {_count(keeps, 'finished node')}."
    tried = [seen.nodes[key].attempt for key in targets if key in starts and seen.nodes[key].attempt]
    if len(tried) == 1:
        sentence += f" Attempt {tried[0]}'s log is kept."
    return RetryPlan(tuple(names), keeps, sentence, seen.version)


def _reset(connection: Connection, seen: Picture, targets: set[int], run_status: RunStatus) -> list[str]:
    """Put the targets back to where they wait or are ready; the queues to ring."""
    ready = {key for key in targets if seen.has_all_parents(key, targets)}
    status = settling.standing(RunStatus.RUNNING if run_status in RUN_FINISHED else run_status)
    revoked = _revoke(connection, seen, targets)
    questions.withdraw(connection, sorted(targets))
    fresh = {"generation": node.c.generation + 1, "failures": 0, "crashes": 0, "cancel_requested": False,
             "committed_attempt": None, "finished_at": None, "wait_reason": None, **settling.RELEASED}  # fmt: skip
    put(connection, targets - ready, status=NodeStatus.PENDING, available_at=None, **fresh)
    put(connection, ready, status=settling.unless_held(status), available_at=now(), **fresh)
    freed = [queue for key in sorted(revoked) for queue in limits.free(connection, key)]
    return [seen.nodes[key].queue for key in ready] + freed


def _revoke(connection: Connection, seen: Picture, targets: set[int]) -> set[str]:
    """End the attempts under way: their workers find their token gone. The gates at which they held a place."""
    running = [seen.nodes[key] for key in sorted(targets) if seen.status(key) == NodeStatus.RUNNING]
    for row in running:
        connection.execute(
            insert(attempt).values(
                node_id=row.id, attempt=row.attempt, generation=row.generation, outcome=Outcome.REVOKED,
                worker=row.claimed_by or "?", started_at=row.claimed_at, finished_at=now(),
            ).execution_options(point="retry: revoke")
        )  # fmt: skip
    return {row.concurrency_key for row in running if row.concurrency_key}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
