"""A handler that hangs, deaf in one way or another, is stopped at its deadline, and its siblings finish.

Protected by the thread beside the handler where a signal can reach it, and by the parent of the horse where none can.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.extensions import db
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "a handler that hangs, holds the GIL: stopped at deadline + 5 s"
HANGING = ("sleeps", "blocks", "swallows", "calls_c", "holds_gil", "backtracks")
DEADLINE_SECONDS, GRACE_SECONDS = 1, 5.0
UNTOUCHED = {"LEASE_SECONDS": "60", "HEARTBEAT_SECONDS": "1"}  # the lease is not what ends them here
EXPECTED = {
    **dict.fromkeys(HANGING, NodeStatus.FAILED),
    "sibling": NodeStatus.SUCCEEDED,
    "after sibling": NodeStatus.SUCCEEDED,
}
# Seconds that each attempt stopped at its deadline had lasted.
LASTED = """SELECT TIMESTAMPDIFF(MICROSECOND, started_at, finished_at) / 1e6 FROM node_attempt
    WHERE error_type = 'DeadlineExceeded'"""


def run(stage: Stage, scale: float) -> Trial:
    notes = stage.folder / "hanging.notes"
    notes.write_text("")
    stage.workers(len(HANGING), **UNTOUCHED)
    stage.start_workflow(max(1, round(10 * scale)), **_workflow(notes))
    stage.wait_all(60 + 600 * scale)
    with db.engine.connect() as connection:
        lasted = [float(seconds) for seconds in connection.execute(text(LASTED)).scalars()]
    hung = [int(pid) for pid in notes.read_text().split()]
    counts = {
        "an attempt not stopped for its deadline": len(hung) - len(lasted),
        "stopped over 5 s after the deadline": sum(seconds > DEADLINE_SECONDS + GRACE_SECONDS for seconds in lasted),
        "a process that hangs on": _living(hung),
    }
    broken = stage.broken(ended=RunStatus.FAILED) | stage.misplaced(EXPECTED)
    broken |= {name: count for name, count in counts.items() if count}
    return Trial(FAULT, len(hung), broken, stage.seconds, f"the last was stopped after {max(lasted, default=0):.1f} s")


def _living(pids: list[int]) -> int:
    """How many of the horses have not ended, though there is nothing left to do for them."""
    give_up = time.monotonic() + GRACE_SECONDS
    while (count := sum(Path(f"/proc/{pid}").exists() for pid in pids)) and time.monotonic() < give_up:
        time.sleep(0.1)
    return count


def _workflow(notes: Path) -> dict[str, Any]:
    """Each kind of hanging, beside siblings that are well."""
    config = {"notes": str(notes)}
    bad = [
        {"id": name, "handler": name, "timeout_seconds": DEADLINE_SECONDS, "max_attempts": 1, "config": config}
        for name in HANGING
    ]
    well = [{"id": name, "handler": "steady"} for name in ("sibling", "after sibling")]
    return {"nodes": [*bad, *well], "edges": [["sibling", "after sibling"]]}
