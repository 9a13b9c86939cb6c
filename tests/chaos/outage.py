"""Take a server away while runs are under way, bring it back, and measure how long the workers need to go on."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from tests.chaos.once import not_at_once
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

WORKERS = 2
RUNS = 6  # begun before each outage
LEASE_SECONDS = "20"  # longer than an outage: nobody needs to take over
LONGEST_OUTAGE_SECONDS = 1.5
LONGEST_RECOVERY_SECONDS = 15.0


def play(stage: Stage, fault: str, times: int, end: Callable[[], None], begin: Callable[[], None]) -> Trial:
    """`end` and `begin` the server so many times; 0 lost, none run twice, and the workers go on soon."""
    stage.workers(WORKERS, LEASE_SECONDS=LEASE_SECONDS)
    recoveries = [_take_away(stage, end, begin) for _ in range(times)]
    stage.wait_all(60 + 2 * times)
    late = sum(seconds > LONGEST_RECOVERY_SECONDS for seconds in recoveries)
    broken = stage.broken() | not_at_once(stage) | ({"workers that took over 15 s to go on": late} if late else {})
    recoveries.sort()
    remark = f"workers went on {recoveries[times // 2]:.1f} s (median), {recoveries[-1]:.1f} s (worst) after its return"
    return Trial(fault, times, broken, stage.seconds, remark)


def _take_away(stage: Stage, end: Callable[[], None], begin: Callable[[], None]) -> float:
    """One outage under way; how many seconds after its end another node succeeded."""
    stage.start(RUNS, seconds=0.05)
    _wait_for_progress(stage, stage.succeeded())
    end()
    time.sleep(random.uniform(0, LONGEST_OUTAGE_SECONDS))
    begin()
    back = time.monotonic()
    _wait_for_progress(stage, stage.succeeded())
    return time.monotonic() - back


def _wait_for_progress(stage: Stage, before: int) -> None:
    """Until more nodes have succeeded than before; a minute is more than any recovery may take."""
    give_up = time.monotonic() + 60
    while stage.succeeded() <= before and time.monotonic() < give_up:
        time.sleep(0.02)
