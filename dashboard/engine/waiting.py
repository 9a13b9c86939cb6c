"""Why a node waits, in a sentence. Pure: what it needs to know is read with `progress.surroundings`."""

from __future__ import annotations

from typing import Any, TypeAlias

from dashboard.engine.states import NodeStatus, RunStatus

SILENT_SECONDS = 90.0
BETWEEN = "\n"  # between the names of parents
AnyRow: TypeAlias = Any


def sentence(row: AnyRow, around: AnyRow) -> str:
    """The sentence; empty for a node that simply runs. `row` is the node, `around` has its `progress.surroundings`."""
    match NodeStatus(row.status):
        case NodeStatus.PENDING:
            return _pending(row, around)
        case NodeStatus.HELD:
            return _held(row, around)
        case NodeStatus.RUNNING:
            return _running(row, around)
        case NodeStatus.READY:
            return _ready(row, around)
    return ""


def _pending(row: AnyRow, around: AnyRow) -> str:
    if around.run_status == RunStatus.CREATED:
        first = _before_start(around)
    else:
        names = sorted((around.parents or "").split(BETWEEN))
        first = f"waiting for {' and '.join(names)}" if around.parents else ""
    return f"{first}; then held: {row.hold_reason}" if row.hold_reason else first


def _before_start(around: AnyRow) -> str:
    if around.workflow_paused_by:
        return f"workflow paused by {around.workflow_paused_by}"
    if around.waits_for_place and around.places is not None:
        return f"waits for a place: your team runs {around.places_taken} of {around.places} at once"
    return "about to start" if around.waits_for_place else "the run has not been started"


def _held(row: AnyRow, around: AnyRow) -> str:
    if row.hold_reason:
        return f"held: {row.hold_reason}"
    if around.run_status == RunStatus.PAUSED:
        return f"paused by {around.paused_by}" if around.paused_by else "paused"
    return row.wait_reason or "held"


def _running(row: AnyRow, around: AnyRow) -> str:
    if row.claim_expires_at < around.clock:
        return f"worker {row.claimed_by} is silent and is being replaced"
    return f"worker {row.claimed_by} was told to stop" if row.cancel_requested else ""


def _ready(row: AnyRow, around: AnyRow) -> str:
    if row.available_at > around.clock:
        wait = max(1, round((row.available_at - around.clock).total_seconds()))
        return f"retry in {wait} s ({row.failures + 1} of {row.max_attempts})"
    if row.wait_reason:
        return str(row.wait_reason)
    if around.seen is None:
        return f"no worker serves the queue {row.queue}"
    silence = (around.clock - around.seen).total_seconds()
    if silence > SILENT_SECONDS:
        return f"no live worker for the queue {row.queue} (last seen {round(silence / 60)} min ago)"
    return f"queued, {around.ahead} ahead"
