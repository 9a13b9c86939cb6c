"""Why a node waits, in a sentence. Pure: what it needs to know is read by `progress.why_waiting`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from dashboard.engine.states import NodeStatus, RunStatus

SILENT_SECONDS = 90.0
AnyRow: TypeAlias = Any  # a node's row, as `progress` reads it


@dataclass(frozen=True)
class Surroundings:
    """The run and the workers around its nodes. `parents` are those not passed yet, `ahead` counts the queue."""

    run_status: RunStatus
    paused_by: str
    clock: datetime
    parents: Mapping[int, Sequence[str]]
    seen: Mapping[str, datetime]
    ahead: Mapping[int, int]


def sentence(row: AnyRow, around: Surroundings) -> str:
    """The sentence; empty for a node that simply runs."""
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


def _pending(row: AnyRow, around: Surroundings) -> str:
    if around.run_status == RunStatus.CREATED:
        first = "the run has not been started"
    else:
        names = around.parents.get(row.id, ())
        first = f"waiting for {' and '.join(names)}" if names else ""
    return f"{first}; then held: {row.hold_reason}" if row.hold_reason else first


def _held(row: AnyRow, around: Surroundings) -> str:
    if row.hold_reason:
        return f"held: {row.hold_reason}"
    if around.run_status == RunStatus.PAUSED:
        return f"paused by {around.paused_by}" if around.paused_by else "paused"
    return row.wait_reason or "held"


def _running(row: AnyRow, around: Surroundings) -> str:
    if row.claim_expires_at < around.clock:
        return f"worker {row.claimed_by} is silent and is being replaced"
    return f"worker {row.claimed_by} was told to stop" if row.cancel_requested else ""


def _ready(row: AnyRow, around: Surroundings) -> str:
    if row.available_at > around.clock:
        wait = max(1, round((row.available_at - around.clock).total_seconds()))
        return f"retry in {wait} s ({row.failures + 1} of {row.max_attempts})"
    last = around.seen.get(row.queue)
    if last is None:
        return f"no worker serves the queue {row.queue}"
    silence = (around.clock - last).total_seconds()
    if silence > SILENT_SECONDS:
        return f"no live worker for the queue {row.queue} (last seen {round(silence / 60)} min ago)"
    return f"queued, {around.ahead.get(row.id, 0)} ahead"
