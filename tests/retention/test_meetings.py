"""Files nobody names are removed while somebody puts the same file again: on real connections, held at every point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask

from dashboard.engine import artifacts, loose_files, retention
from dashboard.engine.tables import log
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


def test_a_file_that_is_put_again_while_it_is_removed_is_there(in_app: Flask) -> None:
    """Seen to fail where it is not noted before it is put, and where who removes it does not hold the note."""
    sha256 = artifacts.digest(CONTENT)

    def scene() -> Scene:
        artifacts.store(CONTENT)
        loose_files.note_one(sha256)
        run_id = steps.begin("a")
        end_long_ago(run_id)
        return Scene(run_id, lambda: list(loose_files.steps()), partial(artifacts.store, CONTENT))

    for met in meetings(in_app, scene):
        assert artifacts.path_of(sha256).read_bytes() == CONTENT, met.place


def test_those_who_remove_at_once_remove_each_row_once(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 5)
    monkeypatch.setitem(in_app.extensions, "settings", replace(in_app.extensions["settings"], keeping=Keeping(logs=30)))
    paper = factories.paper()
    old, _newest = finished_run(paper, lines=39), finished_run(paper)
    answers = race(in_app, [lambda: list(retention.steps())] * 4)
    assert sum(one.rows for steps_of_one in answers for one in steps_of_one) == 40, answers
    assert count(log, old) == 0
