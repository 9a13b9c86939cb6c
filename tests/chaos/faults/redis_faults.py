"""Redis is emptied, killed and started again, paused, stopped: what it carried was only a doorbell.

Protected by the database, which alone decides what runs; by the doorbell, which bears with a Redis that is away; and
by the sweeper, which rings for whatever is due.

Seen to fail: `ring` lets Redis's errors through -> the first run that is started while Redis is away is an error.
"""

from __future__ import annotations

import itertools
import signal
import threading

import redis

from scripts.sessions import send
from tests.chaos.once import longest_wait, not_at_once, warm_up
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "Redis FLUSHALL, restart, pause, SIGSTOP"
WORKERS = 2
PAUSE_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 10.0


def run(stage: Stage, scale: float) -> Trial:
    times = max(4, round(80 * scale))
    stage.workers(WORKERS)
    warm_up(stage)
    for _, inflict in zip(range(times), itertools.cycle([_flush, _restart, _pause, _stop]), strict=False):
        inflict(stage)
        _supervise(stage)
    while not stage.wait_all(1) and stage.seconds < 60 + 5 * times:
        _supervise(stage)
    waited = longest_wait(stage)
    broken = stage.broken() | not_at_once(stage)
    if waited > LONGEST_WAIT_SECONDS:
        broken["a node that waited over 10 s"] = 1
    return Trial(FAULT, times, broken, stage.seconds, f"a ready node waited {waited:.1f} s at most")


def _flush(stage: Stage) -> None:
    _begin(stage)
    with redis.Redis.from_url(stage.redis.url) as client:
        client.flushall()


def _restart(stage: Stage) -> None:
    stage.kill_redis()
    _begin(stage)
    stage.start_redis()


def _pause(stage: Stage) -> None:
    with redis.Redis.from_url(stage.redis.url) as client:
        client.client_pause(int(PAUSE_SECONDS * 1000), all=True)
    _begin(stage)


def _stop(stage: Stage) -> None:
    pid = stage.redis.pid
    assert pid is not None
    send(pid, signal.SIGSTOP)
    threading.Timer(PAUSE_SECONDS, send, (pid, signal.SIGCONT)).start()
    _begin(stage)


def _begin(stage: Stage) -> None:
    """Start runs meanwhile, as a person would who knows nothing of Redis."""
    stage.start(2, seconds=0.02)


def _supervise(stage: Stage) -> None:
    """As the product's supervisor does: a worker that ended because Redis was away is started again."""
    for member in list(stage.crowd.members):
        if member.poll() is not None:
            stage.crowd.leave(member)
            stage.crowd.join()
