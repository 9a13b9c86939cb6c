"""Workers whose clocks are an hour off, and a server whose zone changes to and from summer time under way.

Protected by the database's own UTC clock, which alone judges leases and due times, whatever the zone of a session.

Seen to fail: each process adds its own clock's error to the time it asks for -> nodes with a crash: what the others run
is long overdue to a sweeper that is an hour ahead.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from dashboard.engine.tables import attempt
from tests.chaos.conditions import CLOCK
from tests.chaos.once import longest_wait, not_at_once, warm_up
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial

FAULT = "DST, session time zone, worker clock +-1 h"
HOUR = 3600
SOON = 10  # seconds until the zone changes: the servers and workers have started by then
LONGEST_WAIT_SECONDS = 10.0


def run(stage: Stage, scale: float) -> Trial:
    runs = max(4, round(100 * scale))
    changes = [_summer_begins, _summer_ends] if scale >= 0.1 else [_summer_ends]
    broken: dict[str, int] = {}
    for change in changes:
        moment = time.time() + SOON
        zone = change(moment)
        with _in_zone(stage, zone):
            stage.crowd.join("sweeper", TZ=zone, **{CLOCK: str(HOUR)})
            stage.crowd.join(TZ=zone, **{CLOCK: str(HOUR)})
            stage.crowd.join(TZ="America/New_York", **{CLOCK: str(-HOUR)})
            broken |= _runs_on(stage, runs, moment)
            for member in list(stage.crowd.members):
                member.terminate()
                stage.crowd.leave(member, seconds=30)
    tried = len(changes) * 4
    return Trial(FAULT, tried, broken | stage.broken() | not_at_once(stage), stage.seconds, f"{runs} runs a change")


def _runs_on(stage: Stage, runs: int, moment: float) -> dict[str, int]:
    """At least so many runs, the last of them begun after the moment at which the zone changes; what it did to them."""
    warm_up(stage)
    begun = 0
    while begun < runs or time.time() < moment + 1:
        begun += len(stage.start(1, seconds=0.1))
        time.sleep(0.5)
    stage.wait_all(60)
    backwards = stage.count(select(func.count()).where(attempt.c.finished_at < attempt.c.started_at))
    counts = {
        "an attempt that ended before it began": backwards or 0,
        "a node that waited over 10 s": int(longest_wait(stage) > LONGEST_WAIT_SECONDS),
    }
    return {name: count for name, count in counts.items() if count}


@contextmanager
def _in_zone(stage: Stage, zone: str) -> Iterator[None]:
    """The database server lives in that zone for the time of the block."""
    stage.stop_database()
    before = os.environ.pop("TZ", None)
    os.environ["TZ"] = zone
    try:
        stage.start_database()
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        stage.stop_database()
        stage.start_database()


def _summer_begins(moment: float) -> str:
    """A zone whose clocks go forward an hour at that moment."""
    return f"STD0DST,{_place(moment)},364/0"


def _summer_ends(moment: float) -> str:
    """A zone whose clocks go back an hour at that moment."""
    return f"STD0DST,0/0,{_place(moment + HOUR)}"


def _place(moment: float) -> str:
    """Day of the year and time of day, as POSIX writes them in TZ."""
    there = time.gmtime(moment)
    return f"{there.tm_yday - 1}/{there.tm_hour}:{there.tm_min:02}:{there.tm_sec:02}"
