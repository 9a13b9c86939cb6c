"""SIGTERM to one worker after the other while runs are under way: each gives its node back and another goes on.

A restart is nobody's fault: neither failures nor crashes are counted. The lease is long here, so that a node that was
not given back would be seen to wait.

Seen to fail: a stopped handler recorded as failed, not given back -> 2 nodes with a failure or a crash. A worker that
does not tell its horse -> it has not ended after 10 s.
"""

from __future__ import annotations

import subprocess
import time

from sqlalchemy import func, select

from dashboard.engine.tables import attempt, node
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "SIGTERM rolling restart: claims given back <= 5 s"
WORKERS = 3
PATIENCE_SECONDS = 5.0
LONG_LEASE = {"LEASE_SECONDS": "600", "HEARTBEAT_SECONDS": "1"}


def run(stage: Stage, scale: float) -> Trial:
    runs, pause, most = (round(50 * scale), 2.0, 1000) if scale >= 0.1 else (2, 0.3, WORKERS)
    stage.start(runs, seconds=0.3)
    workers = stage.workers(WORKERS, **LONG_LEASE)
    waits: list[float] = []
    while not stage.wait_all(pause) and stage.seconds < 60 + 10 * runs:
        if len(waits) < most and stage.holds(workers[0]):
            waits.append(_restart(stage, workers))
    blamed = select(func.count()).where((node.c.failures > 0) | (node.c.crashes > 0))
    counts = {
        "a node with a failure or a crash": stage.count(blamed),
        "a claim given back too late": sum(wait > PATIENCE_SECONDS for wait in waits),
    }
    broken = stage.broken() | {name: count for name, count in counts.items() if count}
    given_back = stage.count(select(func.count()).where(attempt.c.outcome == "given_back"))
    remark = f"{given_back} claims given back, the slowest after {max(waits, default=0):.1f} s"
    return Trial(FAULT, len(waits), broken, stage.seconds, remark)


def _restart(stage: Stage, workers: list[subprocess.Popen[bytes]]) -> float:
    """Replace the oldest worker; the seconds from SIGTERM until it held nothing any more."""
    oldest = workers.pop(0)
    began = time.monotonic()
    oldest.terminate()
    while stage.holds(oldest) and time.monotonic() < began + 2 * PATIENCE_SECONDS:
        time.sleep(0.02)
    waited = time.monotonic() - began
    workers.append(stage.crowd.join(**LONG_LEASE))
    stage.crowd.leave(oldest)
    return waited
