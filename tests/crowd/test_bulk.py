"""A bulk action does nothing twice and forgets nothing, also when the workers that carry it out are killed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.engine import bulk, runs
from dashboard.engine.bulk import ItemState, Verb, item
from dashboard.engine.states import RunStatus
from dashboard.engine.tables import run
from dashboard.extensions import db
from tests import factories
from tests.crowd import invariants
from tests.crowd.processes import crowd, wait_until

RUNS = 300

pytestmark = [pytest.mark.timeout(300), pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)]


def ask_to_run_again(number: int) -> int:
    """A bulk action over that many runs that were cancelled before they began."""
    workflow = factories.definition(nodes=[{"id": "only", "handler": "nothing"}])
    paper = factories.paper()
    ended = [factories.run(paper, workflow) for _ in range(number)]
    for run_id in ended:
        runs.cancel(run_id, None)
    return bulk.create(paper.team_id, Verb.RERUN, ended, {}, None)


def states() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(select(item.c.state, func.count()).group_by(item.c.state))}


def are_done(number: float) -> bool:
    return states().get(ItemState.DONE, 0) >= number


def succeeded() -> int:
    wanted = select(func.count()).where(run.c.status == RunStatus.SUCCEEDED)
    with db.engine.connect() as connection:
        return int(connection.execute(wanted).scalar_one())


def test_each_run_is_run_again_once_though_workers_are_killed(
    in_app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    bulk_id = ask_to_run_again(RUNS)
    quick = {"LEASE_SECONDS": "3", "HEARTBEAT_SECONDS": "0.5", "SWEEP_SECONDS": "0.5", "MAX_CRASHES": "50"}
    with crowd({**environment, **quick}, tmp_path) as people:
        workers = [people.join() for _ in range(3)]
        people.join("sweeper")
        for share in (0.1, 0.3, 0.6):
            wait_until(partial(are_done, share * RUNS), 60, people.words)
            people.kill(workers.pop())
            workers.append(people.join())
        wait_until(lambda: succeeded() >= RUNS, 120, lambda: f"{states()}, {succeeded()} succeeded. {people.words()}")
    with db.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(run)).scalar() == 2 * RUNS
        assert bulk.counts(connection, bulk_id) == {ItemState.DONE: RUNS}
        assert connection.execute(select(func.count(item.c.new_run_id.distinct()))).scalar() == RUNS
    assert invariants.broken() == {}
