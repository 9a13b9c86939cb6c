"""Fifty tabs on fifty runs that move: how long after its commit a node's end is seen.

A tab is a thread that does what the run page does: it asks once a second, takes the new version out of the answer,
and stops when the answer asks no more. The workers, the sweeper and gunicorn are the product's own.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from benchmarks import ours
from benchmarks.pages.bar import Bar, quantile
from benchmarks.pages.site import Served
from benchmarks.seeding import people
from benchmarks.working import HANDLER_MS
from dashboard.engine.clock import now
from dashboard.engine.states import NODE_FINISHED
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Membership, User, WorkflowNode, WorkflowRun

WORKERS = 4
HANDLER = 300  # milliseconds
EVERY = 1.0
SLOWEST = 1.5
GIVE_UP_SECONDS = 300.0
NEXT = re.compile(r'hx-get="(/runs/\d+/live\?[^"]*)" hx-trigger')
ROW = re.compile(r'id="node-(\d+)" data-state="([A-Z_]+)"')


@dataclass
class Tab:
    """One tab: the address it asks next, when each node was first seen to have ended, and how long answers took."""

    address: str
    seen: dict[int, float] = field(default_factory=dict)
    answers: list[float] = field(default_factory=list)

    def watch(self, site: Served, delay: float) -> None:
        """Ask until the run is over. All tabs start within a second."""
        through, give_up = site.connection(), time.monotonic() + GIVE_UP_SECONDS
        time.sleep(delay)
        while self.address and time.monotonic() < give_up:
            began = time.monotonic()
            took, status, body = site.get(self.address, through)
            self.answers.append(took)
            if status == 200:
                self._read(body.decode())
            time.sleep(max(0.0, began + EVERY - time.monotonic()))
        through.close()

    def _read(self, page: str) -> None:
        at = time.time()
        for row_id, status in ROW.findall(page):
            if status in NODE_FINISHED:
                self.seen.setdefault(int(row_id), at)
        following = NEXT.search(page)
        self.address = following[1].replace("&amp;", "&") if following else ""


def measure(settings: Mapping[str, str], site: Served, folder: Path, tabs: int) -> Iterator[Bar]:
    """The bars of live pages; runs of eleven nodes, as many as tabs."""
    slowed = {**settings, HANDLER_MS: str(HANDLER)}
    with ours.contender(slowed, WORKERS, folder) as contender:
        _join(contender.team_id)
        run_ids = [int(contender.submit("P")) for _ in range(tabs)]
        watching = [Tab(f"/runs/{run_id}/live?v=0") for run_id in run_ids]
        with ThreadPoolExecutor(tabs) as people_at_screens:
            jobs = [people_at_screens.submit(tab.watch, site, place / tabs) for place, tab in enumerate(watching)]
        for job in jobs:
            job.result()
        delays = _delays(run_ids, watching)
    answers = [took for tab in watching for took in tab.answers]
    told = {"soonest_s": round(min(delays), 3), "p50_s": round(quantile(delays, 0.5), 3),
            "slowest_s": round(max(delays), 3), "ends": len(delays),
            "polls": len(answers), "poll_p95_ms": round(1000 * quantile(answers, 0.95), 1)}  # fmt: skip
    yield Bar(f"state committed to seen, {tabs} tabs, p95 s", round(quantile(delays, 0.95), 3), SLOWEST, told)


def _join(team_id: int) -> None:
    """Let whoever is signed in see the team of these runs."""
    with writing() as session:
        person = session.scalars(select(User.id).where(User.email == people.email(1))).one()
        session.add(Membership(team_id=team_id, user_id=person, role="member", created_at=now()))


def _delays(run_ids: Sequence[int], watching: Sequence[Tab]) -> list[float]:
    """Seconds from the commit of each node's end until a tab showed it; RuntimeError where one never did."""
    db.session.rollback()
    rows = db.session.execute(
        select(WorkflowNode.id, WorkflowNode.finished_at)
        .join(WorkflowRun, WorkflowRun.id == WorkflowNode.run_id)
        .where(WorkflowRun.id.in_(run_ids))
    ).all()
    seen = {row_id: at for tab in watching for row_id, at in tab.seen.items()}
    delays = [seen[row_id] - at.timestamp() for row_id, at in rows if at is not None and row_id in seen]
    if len(delays) < len(rows):
        raise RuntimeError(f"{len(rows) - len(delays)} of {len(rows)} ends were never seen.")
    return delays
