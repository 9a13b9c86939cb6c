"""Why a node waits, in a sentence. Pure: what it needs to know is read with `progress.surroundings`."""

from __future__ import annotations

from typing import Any, TypeAlias

from dashboard.engine.states import NodeStatus, RunStatus

SILENT_SECONDS = 90.0
BETWEEN = "\n"  # between the names of parents
AnyRow: TypeAlias = Any  # a node's row with its surroundings


def sentence(row: AnyRow) -> str:
    """The sentence; empty for a node that simply runs."""
    match NodeStatus(row.status):
        case NodeStatus.PENDING:
            return _pending(row)
        case NodeStatus.HELD:
            return _held(row)
        case NodeStatus.RUNNING:
            return _running(row)
        case NodeStatus.READY:
            return _ready(row)
    return ""


def _pending(row: AnyRow) -> str:
    if row.run_status == RunStatus.CREATED:
        first = "the run has not been started"
    else:
        names = sorted((row.parents or "").split(BETWEEN))
        first = f"waiting for {' and '.join(names)}" if row.parents else ""
    return f"{first}; then held: {row.hold_reason}" if row.hold_reason else first


def _held(row: AnyRow) -> str:
    if row.hold_reason:
        return f"held: {row.hold_reason}"
    if row.run_status == RunStatus.PAUSED:
        return f"paused by {row.paused_by}" if row.paused_by else "paused"
    return row.wait_reason or "held"


def _running(row: AnyRow) -> str:
    if row.claim_expires_at < row.clock:
        return f"worker {row.claimed_by} is silent and is being replaced"
    return f"worker {row.claimed_by} was told to stop" if row.cancel_requested else ""


def _ready(row: AnyRow) -> str:
    if row.available_at > row.clock:
        wait = max(1, round((row.available_at - row.clock).total_seconds()))
        return f"retry in {wait} s ({row.failures + 1} of {row.max_attempts})"
    if row.seen is None:
        return f"no worker serves the queue {row.queue}"
    silence = (row.clock - row.seen).total_seconds()
    if silence > SILENT_SECONDS:
        return f"no live worker for the queue {row.queue} (last seen {round(silence / 60)} min ago)"
    return f"queued, {row.ahead} ahead"
