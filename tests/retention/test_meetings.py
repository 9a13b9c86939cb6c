"""Files nobody names are removed while somebody puts the same file again: on real connections, held at every point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.engine import artifacts, loose_files, outcomes, retention
from dashboard.engine.claims import Claim
from dashboard.engine.outcomes import KeptArtifact
from dashboard.engine.tables import artifact, log
from dashboard.engine.transactions import reading
from dashboard.keeping import Keeping
from tests import factories, schemas
from tests.concurrency.meeting import Scene, meetings
from tests.concurrency.racing import race
from tests.engine import steps
from tests.retention.pasts import count, end_long_ago, finished_run

CONTENT = b"the same again"


@pytest.fixture
def engine_url(mariadb_schema: schemas.Schema) -> Iterator[str]:
    """MariaDB alone: SQLite lets one writer in at a time."""
    yield mariadb_schema.url
    mariadb_schema.empty()


def leave_again(claim: Claim) -> int:
    """What a handler does that leaves the same file once more; how many rows name it then."""
    stored = artifacts.store(CONTENT)
    kept = KeptArtifact("again.txt", "text/plain", stored.sha256, stored.bytes)
    assert outcomes.succeed(claim, {}, [kept]).landed
    with reading() as connection:
        return connection.execute(select(func.count()).where(artifact.c.sha256 == stored.sha256)).scalar_one()


def test_a_file_that_is_left_again_while_it_is_removed_is_there(in_app: Flask) -> None:
    """Seen to fail: where it was not noted before it was put, its row was left without a file."""

    def scene() -> Scene:
        artifacts.store(CONTENT)
        run_id = steps.begin("a")
        claim = steps.claim("a")
        end_long_ago(run_id)
        return Scene(run_id, lambda: list(loose_files.steps()), partial(leave_again, claim))

    for met in meetings(in_app, scene):
        assert met.other >= 1, met.place
        assert artifacts.path_of(artifacts.digest(CONTENT)).read_bytes() == CONTENT, met.place


def test_those_who_remove_at_once_remove_each_row_once(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 5)
    monkeypatch.setitem(in_app.extensions, "settings", replace(in_app.extensions["settings"], keeping=Keeping(logs=30)))
    paper = factories.paper()
    old, _newest = finished_run(paper, lines=39), finished_run(paper)
    answers = race(in_app, [lambda: list(retention.steps())] * 4)
    assert sum(one.rows for steps_of_one in answers for one in steps_of_one) == 40, answers
    assert count(log, old) == 0
