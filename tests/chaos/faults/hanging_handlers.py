"""A handler that hangs, deaf in one way or another, is stopped at its deadline, and its siblings finish.

Protected by the thread beside the handler where a signal can reach it, and by the parent of the horse where none can.

Seen to fail: a worker that never kills its horse -> 3 handlers that hang on.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import text

from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.extensions import db
from tests.chaos import hanging
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
    locks = stage.folder / "hanging"
    locks.mkdir()
    stage.workers(4, **UNTOUCHED)
    stage.start_workflow(max(1, round(10 * scale)), **_workflow(locks))
    stage.wait_all(60 + 600 * scale)
    with db.engine.connect() as connection:
        lasted = [float(seconds) for seconds in connection.execute(text(LASTED)).scalars()]
    tried = hanging.begun(locks)
    counts = {
        "an attempt not stopped for its deadline": tried - len(lasted),
        "stopped over 5 s after the deadline": sum(seconds > DEADLINE_SECONDS + GRACE_SECONDS for seconds in lasted),
        "a handler that hangs on": len(hanging.still_inside(locks)),
    }
    broken = stage.broken(ended=RunStatus.FAILED) | stage.misplaced(EXPECTED)
    broken |= {name: count for name, count in counts.items() if count}
    shutil.rmtree(locks)
    return Trial(FAULT, tried, broken, stage.seconds, f"the slowest was stopped after {max(lasted, default=0):.1f} s")


def _workflow(locks: Path) -> dict[str, Any]:
    """Each kind of hanging, beside siblings that are well."""
    config = {"locks": str(locks)}
    bad = [
        {"id": name, "handler": name, "timeout_seconds": DEADLINE_SECONDS, "max_attempts": 1, "config": config}
        for name in HANGING
    ]
    well = [{"id": name, "handler": "steady"} for name in ("sibling", "after sibling")]
    return {"nodes": [*bad, *well], "edges": [["sibling", "after sibling"]]}
