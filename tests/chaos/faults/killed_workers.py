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
    is_long = scale >= 0.1
    runs, pause = (round(200 * scale), 2.0) if is_long else (8, 0.6)
    stage.start(runs, "steady", seconds=0.1)
    workers = stage.workers(WORKERS)
    kills = 0
    while not stage.wait_all(pause) and stage.seconds < 60 + 5 * runs:
        kills += _strike(stage, workers)
    return Trial(FAULT, kills, stage.broken(), stage.seconds, f"{runs} runs of 15 nodes, {WORKERS} workers")


def _strike(stage: Stage, workers: list[subprocess.Popen[bytes]]) -> bool:
    """Kill something of a random worker, and start another where the worker itself was hit; whether anything was."""
    victim = random.choice(workers)
    horses = children_of(victim.pid)
    target = random.choice(["horse", "worker", "both"])
    if target == "horse":
        return _kill_horses(horses)
    workers.remove(victim)
    victim.kill()
    if target == "both":
        _kill_horses(horses)
    stage.crowd.leave(victim)
    workers.append(stage.crowd.join())
    return True


def _kill_horses(horses: list[int]) -> bool:
    for pid in horses:
        send(pid, signal.SIGKILL)
    return bool(horses)
