"""kill -9 of a worker, of its horse, or of both, every two seconds: nothing is lost, nothing committed twice.

Protected by the lease and the reaper: what the dead held is ready again once its lease ran out. A worker that
outlives its horse settles what that held at once, and a horse that outlives its worker gives its node back.

Seen to fail: no `crashes.reap` in the sweeper -> 2 runs that are not succeeded, 2 leases that ran out over 30 s ago.
"""

from __future__ import annotations

import random
import signal
import subprocess
from itertools import cycle

from scripts.sessions import send
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial
from tests.crowd.processes import children_of

FAULT = "kill -9 of a random worker or work-horse every 2 s during 200 runs"
WORKERS = 4
Member = subprocess.Popen[bytes]


def run(stage: Stage, scale: float) -> Trial:
    runs, pause, most = (round(200 * scale), 2.0, 1000) if scale >= 0.1 else (4, 0.7, 6)
    stage.start(runs, seconds=0.1)
    workers = stage.workers(WORKERS)
    targets, kills = cycle(["both", "horse", "worker"]), 0
    while not stage.wait_all(pause) and stage.seconds < 60 + 5 * runs:
        if kills < most and (busy := [worker for worker in workers if stage.holds(worker)]):
            _strike(stage, workers, random.choice(busy), next(targets))
            kills += 1
    return Trial(FAULT, kills, stage.broken(), stage.seconds, f"{runs} runs of 15 nodes, {WORKERS} workers")


def _strike(stage: Stage, workers: list[Member], victim: Member, target: str) -> None:
    """Kill the worker first: it would see its horse die. Another worker takes its place."""
    horses = children_of(victim.pid)
    if target != "horse":
        victim.kill()
    if target != "worker":
        for pid in horses:
            send(pid, signal.SIGKILL)
    if target != "horse":
        stage.crowd.leave(victim)
        workers.remove(victim)
        workers.append(stage.crowd.join())
