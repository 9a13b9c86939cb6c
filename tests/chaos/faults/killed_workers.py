"""kill -9 of a worker, of its horse, or of both, every two seconds: nothing is lost, nothing committed twice.

Protected by the lease and the reaper: what the dead held is ready again once its lease ran out.
"""

from __future__ import annotations

import random
import signal
import subprocess

from scripts.sessions import send
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial
from tests.crowd.processes import children_of

FAULT = "kill -9 of a random worker or work-horse every 2 s during 200 runs"
WORKERS = 4


def run(stage: Stage, scale: float) -> Trial:
    runs, pause, most = (round(200 * scale), 2.0, 1000) if scale >= 0.1 else (4, 0.7, 6)
    stage.start(runs, seconds=0.1)
    workers = stage.workers(WORKERS)
    kills = 0
    while not stage.wait_all(pause) and stage.seconds < 60 + 5 * runs:
        kills += kills < most and _strike(stage, workers)
    return Trial(FAULT, kills, stage.broken(), stage.seconds, f"{runs} runs of 15 nodes, {WORKERS} workers")


def _strike(stage: Stage, workers: list[subprocess.Popen[bytes]]) -> bool:
    """Kill something of a random worker that is at work, and start another in its place; whether there was one."""
    busy = [worker for worker in workers if children_of(worker.pid)]
    if not busy:
        return False
    victim = random.choice(busy)
    horses, target = children_of(victim.pid), random.choice(["horse", "worker", "both"])
    if target != "worker":
        _kill_horses(horses)
    if target != "horse":
        victim.kill()
        stage.crowd.leave(victim)
        workers.remove(victim)
        workers.append(stage.crowd.join())
    return True


def _kill_horses(horses: list[int]) -> None:
    for pid in horses:
        send(pid, signal.SIGKILL)
