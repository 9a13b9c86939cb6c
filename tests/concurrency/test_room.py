"""The last place of a team's limits goes to one of those who come at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from dashboard.engine import admitting, papers, places, runs, team_limits
from dashboard.engine.errors import NotAllowedError
from dashboard.engine.team_limits import Limits
from dashboard.engine.transactions import reading
from dashboard.extensions import db
from dashboard.models import Paper
from tests import factories
from tests.concurrency.racing import race
from tests.engine import steps


def test_of_uploads_at_once_one_takes_the_last_place(in_app: Flask, tmp_path: Path) -> None:
    """Seen to fail: without the lock a second one was kept."""
    for turn in range(5):
        team_id = factories.team().id
        team_limits.choose(team_id, Limits(papers=1), None)
        files = [tmp_path / f"{turn}-{number}.pdf" for number in range(6)]
        for file in files:
            file.write_bytes(factories.SMALLEST_PDF + file.name.encode())
        answers = race(in_app, [partial(papers.add, team_id, file.name, file) for file in files])
        refused = [one for one in answers if isinstance(one, NotAllowedError)]
        assert len(refused) == 5, answers
        assert len(db.session.scalars(select(Paper).filter_by(team_id=team_id)).all()) == 1


def test_of_starts_at_once_as_many_go_as_there_are_places(in_app: Flask) -> None:
    """Seen to fail: without the lock six ran where two may."""
    workflow = factories.definition(**steps.shape("a"))
    for _ in range(5):
        team_id = factories.team().id
        team_limits.choose(team_id, Limits(active_runs=2), None)
        begin = partial(runs.create_and_start, workflow.id, None, team_id, {}, None)
        answers = race(in_app, [begin] * 6)
        assert all(isinstance(one, int) for one in answers), answers
        assert under_way(team_id) == 2


def test_sweepers_at_once_start_no_more_than_there_are_places(in_app: Flask) -> None:
    workflow = factories.definition(**steps.shape("a"))
    for _ in range(5):
        team_id = factories.team().id
        team_limits.choose(team_id, Limits(active_runs=0), None)
        for _each in range(6):
            runs.create_and_start(workflow.id, None, team_id, {}, None)
        team_limits.choose(team_id, Limits(active_runs=2), None)
        assert all(isinstance(one, int) for one in race(in_app, [admitting.start_waiting] * 4))
        assert under_way(team_id) == 2


def under_way(team_id: int) -> int:
    with reading() as connection:
        return places.taken(connection, team_id)
