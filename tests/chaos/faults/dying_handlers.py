"""A handler that takes its process with it, again and again: its node is poisoned after three crashes.

Its siblings finish, its descendants never start. The OOM killer is played by SIGKILL, which is all a process sees of
it; a handler that merely reaches RLIMIT_AS gets a MemoryError and fails like any other.

Seen to fail: no limit on the crashes -> 1,322 crashes in a minute, the dying nodes not POISONED, the run not ended.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.engine.tables import attempt, node
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "a handler that segfaults, `os._exit`s, is OOM-killed"
DYING = ("segfault", "quits", "killed")
THREE_STRIKES = {"LEASE_SECONDS": "2", "HEARTBEAT_SECONDS": "0.5", "MAX_CRASHES": "3"}
EXPECTED = {
    **dict.fromkeys(DYING, NodeStatus.POISONED),
    **{f"after {name}": NodeStatus.UPSTREAM_FAILED for name in DYING},
    "greedy": NodeStatus.FAILED,
    "sibling": NodeStatus.SUCCEEDED,
    "after sibling": NodeStatus.SUCCEEDED,
}


def run(stage: Stage, scale: float) -> Trial:
    stage.workers(4, **THREE_STRIKES)
    stage.start_workflow(max(1, round(20 * scale)), **_workflow())
    stage.wait_all(60 + 600 * scale)
    crashes = select(func.count()).where(attempt.c.outcome == "crashed")
    uncounted = select(func.count()).where(node.c.status == NodeStatus.POISONED, node.c.crashes != 3)
    miscounted = {"a poisoned node without three crashes": count} if (count := stage.count(uncounted)) else {}
    broken = stage.broken(ended=RunStatus.FAILED) | stage.misplaced(EXPECTED) | miscounted
    return Trial(FAULT, stage.count(crashes) or 0, broken, stage.seconds, "OOM as SIGKILL; over RLIMIT_AS: a failure")


def _workflow() -> dict[str, Any]:
    """Each kind of death and its child, beside siblings that are well."""
    bad = [{"id": name, "handler": name} for name in DYING]
    greedy = {"id": "greedy", "handler": "greedy", "max_attempts": 1}
    well = [{"id": name, "handler": "steady"} for name in EXPECTED if name.startswith(("after", "sibling"))]
    edges = [[name, f"after {name}"] for name in (*DYING, "sibling")]
    return {"nodes": [*bad, greedy, *well], "edges": edges}
