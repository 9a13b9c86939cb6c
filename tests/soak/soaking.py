"""Load and strikes on the site for so many seconds, then quiet until every run has ended; what was seen meanwhile."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from sqlalchemy import Select, func, select

from dashboard.engine.bulk import ItemState, item
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.engine.tables import run
from dashboard.extensions import db
from dashboard.models import Team
from tests import factories
from tests.chaos.stage import Stage
from tests.crowd import invariants
from tests.soak import load, memory, strikes, workflows
from tests.soak.client import Client
from tests.soak.memory import Growth, Series
from tests.soak.site import MODULE, Site
from tests.soak.strikes import Struck

TURN_SECONDS = 0.5
QUIET_SECONDS = 120.0  # within which everything must have ended once the load is gone


@dataclass
class Watch:
    """What was noted while the soak went on."""

    struck: list[Struck] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    series: dict[int, Series] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    looks: int = 0

    def look_at_rows(self) -> None:
        """Ask the invariants, which hold at any moment; the worst look of each counts."""
        self.looks += 1
        for name, count in invariants.broken().items():
            self.broken[name] = max(self.broken[name], count)


@dataclass(frozen=True)
class Soaked:
    """What came of it."""

    seconds: float
    runs: dict[str, int]
    answers: dict[str, int]
    struck: dict[str, int]
    broken: dict[str, int]
    errors: list[str]
    growth: list[Growth]
    load_average: float
    looks: int


def soak(stage: Stage, seconds: float) -> Soaked:
    """Strikes and looks are spread over the time, so that a short soak has some of each as well."""
    with stage.cleared("soak", MODULE):
        workflows.save_all()
        site, watch, team = Site(stage), Watch(), factories.team()
        site.await_web()
        last = site.program(team, "the last")
        with _load(site, team):
            _strike_and_watch(site, watch, seconds)
        _quiet(site, watch, last)
        return _told(site, watch, seconds)


@contextmanager
def _load(site: Site, team: Team) -> Iterator[None]:
    """Everyone of the load at work, each in a thread of their own, for the time of the block."""
    over = threading.Event()
    people = [(act, every, site.program(team, act.__name__)) for act, every in load.PROGRAMS]
    people.append((load.browse, 1.0, site.browser(team)))
    with ThreadPoolExecutor(len(people)) as threads:
        at_work = [threads.submit(load.play, *one, over) for one in people]
        try:
            yield
        finally:
            over.set()
    for one in at_work:
        one.result()


def _strike_and_watch(site: Site, watch: Watch, seconds: float) -> None:
    """One strike after another, looking at the rows between them."""
    pause = min(10.0, seconds / (len(strikes.ALL) + 1))
    names = itertools.cycle(strikes.ALL)
    began = due = time.monotonic()
    due += pause
    while (at := time.monotonic()) < began + seconds:
        site.supervise()
        memory.look(site.roles(), at, watch.series)
        watch.loads.append(os.getloadavg()[0])
        if at >= due:
            _strike(site, watch, next(names))
            watch.look_at_rows()
            due = at + pause
        time.sleep(TURN_SECONDS)


def _strike(site: Site, watch: Watch, name: str) -> None:
    watch.struck.append(Struck(time.monotonic(), name))
    strikes.ALL[name](site)


def _quiet(site: Site, watch: Watch, last: Client) -> None:
    """Without load, until nothing is left to do; what is then still under way is broken."""
    give_up = time.monotonic() + QUIET_SECONDS
    while _left(site) and time.monotonic() < give_up:
        site.supervise()
        load.go_on_with_paused(last)
        time.sleep(TURN_SECONDS)
    watch.look_at_rows()
    watch.broken |= Counter(_left(site))
    there = set(_column(select(run.c.id)))
    watch.broken["a run that was told of and is not there"] += len(site.tally.runs - there)
    watch.errors = strikes.unexplained(site.tally.errors, watch.struck)
    watch.broken["an answer 5xx that no strike explains"] += len(watch.errors)
    watch.broken["a kind of request that was never granted"] += site.tally.never_granted()
    watch.broken["a process that is not up"] += sum(member.has_ended for member in site.members)


def _left(site: Site) -> dict[str, int]:
    """What has not ended: runs, and items of bulk actions."""
    counts = {
        "a run that has not ended": select(func.count()).where(run.c.status.not_in(sorted(RUN_FINISHED))),
        "a bulk action's item that was not carried out": select(func.count()).where(item.c.state == ItemState.PENDING),
    }
    found = {name: site.stage.count(query) for name, query in counts.items()}
    return {name: count for name, count in found.items() if count}


def _told(site: Site, watch: Watch, seconds: float) -> Soaked:
    by_status = Counter(_column(select(run.c.status)))
    return Soaked(
        seconds=seconds,
        runs={RunStatus(status): count for status, count in sorted(by_status.items())},
        answers=dict(sorted(site.tally.answers.items())),
        struck=dict(Counter(one.name for one in watch.struck)),
        errors=watch.errors,
        broken={name: count for name, count in watch.broken.items() if count},
        growth=memory.growths(watch.series.values(), min(60.0, seconds / 4)),
        load_average=round(mean(watch.loads), 1),
        looks=watch.looks,
    )


def _column(query: Select[Any]) -> Sequence[Any]:
    with db.engine.connect() as connection:
        return connection.execute(query).scalars().all()
