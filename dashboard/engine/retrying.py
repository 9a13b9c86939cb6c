"""Retry by a person: what a retry would reset, said before it happens, and the retry itself; skip with a reason."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from dashboard.engine import audit, dag, doorbell, settling
from dashboard.engine.clock import now
from dashboard.engine.errors import ConflictError, NotAllowedError, NotFoundError
from dashboard.engine.progress import version_in
from dashboard.engine.states import (
    NODE_BROKEN,
    NODE_FINISHED,
    NODE_PASSED,
    RUN_FINISHED,
    NodeStatus,
    Outcome,
    RunStatus,
    may_node_move,
)
from dashboard.engine.tables import attempt, edge, node, run
from dashboard.engine.transactions import persist, reading

_NOT_UNDER_WAY = frozenset({RunStatus.CREATED, RunStatus.CANCELLING})
_ENDED_BADLY = NODE_BROKEN | {NodeStatus.CANCELLED}
_NOT_RUN = frozenset({NodeStatus.UPSTREAM_FAILED, NodeStatus.CANCELLED, NodeStatus.READY, NodeStatus.HELD})


@dataclass(frozen=True)
class RetryPlan:
    """What a retry does: the node ids it resets, how many finished nodes it keeps, the sentence, the version seen."""

    resets: tuple[str, ...]
    keeps: int
    sentence: str
    version: int


@dataclass(frozen=True)
class _Picture:
    """A run's nodes and edges at one moment."""

    nodes: Mapping[int, Row[*tuple[Any, ...]]]
    edges: list[tuple[int, int]]
    version: int

    @functools.cached_property
    def parents(self) -> Mapping[int, set[int]]:
        found: dict[int, set[int]] = {}
        for parent, child in self.edges:
            found.setdefault(child, set()).add(parent)
        return found

    def named(self, node_id: str) -> int:
        for key, row in self.nodes.items():
            if row.node_id == node_id:
                return key
        raise NotFoundError(f"The run has no node {node_id!r}.")

    def status(self, key: int) -> NodeStatus:
        return NodeStatus(self.nodes[key].status)


def plan(run_id: int, node_id: str | None = None, from_here: bool = False) -> RetryPlan:
    """What `retry` with the same arguments would do; `node_id` None means all failed nodes."""
    with reading() as connection:
        picture = _picture(connection, run_id)
    return _plan(picture, _starts(picture, node_id), from_here)


def retry(run_id: int, node_id: str | None, from_here: bool, seen_version: int | None, by: int | None) -> RetryPlan:
    """Reset the node and what hangs on it; the run goes on under its own id.

    ConflictError when the run has changed since `seen_version`. Attempts count on, their logs and artifacts stay.
    """

    def body(connection: Connection) -> tuple[RetryPlan, list[str]]:
        run_status = settling.lock_run(connection, run_id)
        _lock_nodes(connection, run_id)
        picture = _picture(connection, run_id)
        if seen_version is not None and seen_version != picture.version:
            raise ConflictError("The run has changed since you looked. Look again, and retry if it is still needed.")
        if run_status in _NOT_UNDER_WAY:
            raise NotAllowedError(f"Run {run_id} is {run_status.lower()}: nothing can be retried now.")
        starts = _starts(picture, node_id)
        chosen = _plan(picture, starts, from_here)
        queues = _reset(connection, picture, _targets(picture, starts, from_here), run_status)
        _go_on(connection, run_id, run_status)
        _audit(connection, run_id, "node.retry", by, {"node": node_id, "from_here": from_here, "resets": chosen.resets})
        return chosen, queues

    chosen, queues = persist(body)
    doorbell.ring(queues)
    return chosen


def skip(run_id: int, node_id: str, reason: str, by: int | None) -> None:
    """Go on without a node: its children count it as passed, and see no output of it."""
    if not reason.strip():
        raise NotAllowedError("Skipping a node needs a reason.")

    def body(connection: Connection) -> list[str]:
        run_status = settling.lock_run(connection, run_id)
        _lock_nodes(connection, run_id)
        picture = _picture(connection, run_id)
        key = picture.named(node_id)
        if run_status in _NOT_UNDER_WAY:
            raise NotAllowedError(f"Run {run_id} is {run_status.lower()}: nothing can be skipped now.")
        if not may_node_move(picture.status(key), NodeStatus.SKIPPED):
            raise NotAllowedError(f"{node_id} is {picture.status(key).lower()}: it cannot be skipped.")
        skipped = {"status": NodeStatus.SKIPPED, "finished_at": now(), "wait_reason": reason.strip()[:300]}
        connection.execute(update(node).where(node.c.id == key).values(**skipped))
        revived = _targets(picture, {key}, from_here=False) - {key}
        _put(connection, revived, status=NodeStatus.PENDING, finished_at=None)
        standing = RunStatus.RUNNING if run_status in RUN_FINISHED else run_status
        queues = settling.ready_children(connection, run_id, key, standing)
        _go_on(connection, run_id, run_status)
        settling.settle(connection, run_id, standing)
        _audit(connection, run_id, "node.skip", by, {"node": node_id, "reason": reason.strip()})
        return queues

    doorbell.ring(persist(body))


def _starts(picture: _Picture, node_id: str | None) -> set[int]:
    if node_id is None:
        found = {key for key in picture.nodes if picture.status(key) in _ENDED_BADLY}
        if not found:
            raise NotAllowedError("No node of this run has failed.")
        return found
    key = picture.named(node_id)
    status = picture.status(key)
    if status not in NODE_FINISHED | {NodeStatus.READY, NodeStatus.RUNNING}:
        raise NotAllowedError(f"{node_id} is {status.lower()}: there is nothing to retry yet.")
    if _is_stopped(picture, key, {key}):
        before = dag.ancestors(picture.edges, [key])
        broken = [picture.nodes[one].node_id for one in sorted(before) if picture.status(one) in _ENDED_BADLY]
        what = "never started" if status == NodeStatus.UPSTREAM_FAILED else "could not start"
        raise NotAllowedError(f"{node_id} {what}: retry {' and '.join(broken)}.")
    return {key}


def _targets(picture: _Picture, starts: set[int], from_here: bool) -> set[int]:
    """The starts, and what begins anew after them: everything, or only what has not run for their sake.

    A node that another failure stops stays where it is: put back to waiting it would wait for ever.
    """
    targets = set(starts)
    after = dag.descendants(picture.edges, starts) - starts
    for key in sorted(after, key=lambda key: picture.nodes[key].position):  # parents first
        has_not_run = picture.status(key) in _NOT_RUN and not targets.isdisjoint(picture.parents.get(key, ()))
        if (from_here or has_not_run) and not _is_stopped(picture, key, targets):
            targets.add(key)
    return targets


def _is_stopped(picture: _Picture, key: int, going: set[int]) -> bool:
    """Whether a parent that is not going again has ended without passing."""
    others = picture.parents.get(key, set()) - going
    return any(picture.status(parent) in NODE_FINISHED - NODE_PASSED for parent in others)


def _plan(picture: _Picture, starts: set[int], from_here: bool) -> RetryPlan:
    targets = sorted(_targets(picture, starts, from_here), key=lambda key: picture.nodes[key].position)
    names = [picture.nodes[key].node_id for key in targets]
    first = [picture.nodes[key].node_id for key in targets if key in starts]
    others = [name for name in names if name not in first]
    keeps = sum(picture.status(key) in NODE_PASSED for key in picture.nodes if key not in targets)
    sentence = f"Retry {', '.join(first)}."
    if others:
        sentence += f" Also resets {_count(len(others), 'later node')}: {', '.join(others)}."
    sentence += f" Keeps {_count(keeps, 'finished node')}."
    tried = [picture.nodes[key].attempt for key in targets if key in starts and picture.nodes[key].attempt]
    if len(tried) == 1:
        sentence += f" Attempt {tried[0]}'s log is kept."
    return RetryPlan(tuple(names), keeps, sentence, picture.version)


def _reset(connection: Connection, picture: _Picture, targets: set[int], run_status: RunStatus) -> list[str]:
    """Put the targets back to where they wait or are ready; the queues to ring."""
    _revoke(connection, picture, targets)
    ready = {
        key for key in targets
        if all(one not in targets and picture.status(one) in NODE_PASSED for one in picture.parents.get(key, ()))
    }  # fmt: skip
    fresh = {"generation": node.c.generation + 1, "failures": 0, "crashes": 0, "cancel_requested": False,
             "committed_attempt": None, "finished_at": None, "wait_reason": None, **settling.RELEASED}  # fmt: skip
    status = settling.standing(RunStatus.RUNNING if run_status in RUN_FINISHED else run_status)
    _put(connection, targets - ready, status=NodeStatus.PENDING, available_at=None, **fresh)
    _put(connection, ready, status=status, available_at=now(), **fresh)
    return [picture.nodes[key].queue for key in ready]


def _revoke(connection: Connection, picture: _Picture, targets: set[int]) -> None:
    """End the attempts under way: their workers find their token gone."""
    running = [picture.nodes[key] for key in sorted(targets) if picture.status(key) == NodeStatus.RUNNING]
    for row in running:
        connection.execute(
            insert(attempt).values(
                node_id=row.id, attempt=row.attempt, generation=row.generation, outcome=Outcome.REVOKED,
                worker=row.claimed_by or "?", started_at=row.claimed_at, finished_at=now(),
            )
        )  # fmt: skip


def _put(connection: Connection, keys: set[int], **values: Any) -> None:
    for key in sorted(keys):
        connection.execute(update(node).where(node.c.id == key).values(**values))


def _go_on(connection: Connection, run_id: int, run_status: RunStatus) -> None:
    if run_status in RUN_FINISHED:
        settling.grow_version(connection, run_id, status=RunStatus.RUNNING, finished_at=None)
    else:
        settling.grow_version(connection, run_id)


def _lock_nodes(connection: Connection, run_id: int) -> None:
    """Lock the run's nodes by key, so that no worker claims one between the look and the change."""
    keys = connection.execute(select(node.c.id).where(node.c.run_id == run_id)).scalars().all()
    connection.execute(select(node.c.id).where(node.c.id.in_(keys)).order_by(node.c.id).with_for_update())


def _picture(connection: Connection, run_id: int) -> _Picture:
    columns = (node.c.id, node.c.node_id, node.c.position, node.c.status, node.c.queue, node.c.attempt,
               node.c.generation, node.c.claimed_by, node.c.claimed_at)  # fmt: skip
    rows = connection.execute(select(*columns).where(node.c.run_id == run_id).order_by(node.c.id)).all()
    if not rows:
        raise NotFoundError(f"There is no run {run_id}.")
    pairs = connection.execute(select(edge.c.parent_id, edge.c.child_id).where(edge.c.run_id == run_id)).all()
    version = version_in(connection, run_id)
    return _Picture({row.id: row for row in rows}, [(pair[0], pair[1]) for pair in pairs], version)


def _audit(connection: Connection, run_id: int, action: str, by: int | None, detail: dict[str, Any]) -> None:
    team_id = connection.execute(select(run.c.team_id).where(run.c.id == run_id)).scalar()
    audit.add(connection, action, "run", run_id, team_id, by, detail)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
