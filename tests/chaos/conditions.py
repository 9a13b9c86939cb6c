"""What a process of the crowd finds when it starts: a database that fails, a wrong clock, a doorbell that misbehaves.

Asked for through the environment: `stage.workers(3, CHAOS_CLOCK="3600")`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import time_machine

from dashboard.engine import doorbell
from tests.chaos import injection

CLOCK = "CHAOS_CLOCK"  # seconds by which this process's clock is ahead
BELL = "CHAOS_BELL"  # rings "twice" or "never"


def meet() -> None:
    """Put this process under the conditions its environment names, for good."""
    injection.install()
    if ahead := float(os.environ.get(CLOCK, "0")):
        time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead), tick=True).start()
    if how := os.environ.get(BELL):
        ring = doorbell.ring

        def misbehave(queues: Iterable[str]) -> None:
            asked = list(queues)
            ring(asked * (2 if how == "twice" else 0))
            injection.note([f"{name} rings {how}" for name in asked])

        doorbell.ring = misbehave
