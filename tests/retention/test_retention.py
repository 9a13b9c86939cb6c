"""What is removed of old runs, what never is, and how a death in between goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from dashboard.engine import artifacts, keeping, outcomes, retention, retrying, reuse
from dashboard.engine.clock import later
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.keeping import Own
from dashboard.engine.tables import artifact, log, run
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.keeping import Keeping
from dashboard.models import AuditEvent, Paper
from tests import factories
from tests.engine import steps
from tests.retention.pasts import attempts, count, end_long_ago, finished_run, remove_all


@pytest.fixture(autouse=True)
def of_all_thirty_days(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    days = Keeping(logs=30, attempts=30, artifacts=30)
    monkeypatch.setitem(in_app.extensions, "settings", replace(in_app.extensions["settings"], keeping=days))


@pytest.fixture
def paper() -> Paper:
    return factories.paper()


def left(run_id: int) -> tuple[int, list[int], int]:
    """Its lines, attempts and files."""
    return count(log, run_id), attempts(run_id), count(artifact, run_id)


WHOLE, LOST = (4, [1, 2], 1), (0, [2], 0)


def test_an_old_run_keeps_its_result_and_loses_the_rest(paper: Paper) -> None:
    old, newest = finished_run(paper), finished_run(paper)
    assert [one.kind for one in remove_all()] == ["logs", "attempts", "artifacts"]
    assert (left(old), left(newest)) == (LOST, WHOLE)
    told = steps.run_of(old)
    assert told.logs_removed_at and told.attempts_removed_at and told.artifacts_removed_at
    assert told.stored_bytes == 0 and not steps.run_of(newest).logs_removed_at


def test_each_step_is_in_the_audit_trail(paper: Paper) -> None:
    old, _newest = finished_run(paper), finished_run(paper)
    remove_all()
    lines = db.session.scalars(select(AuditEvent.detail).filter_by(action="run.retention", object_id=old)).all()
    assert lines == [
        {"removed": "logs", "rows": 4},
        {"removed": "attempts", "rows": 1},
        {"removed": "artifacts", "rows": 1},
    ]


def test_a_run_that_ended_lately_keeps_all(paper: Paper) -> None:
    lately = finished_run(paper)
    with transaction() as connection:
        connection.execute(update(run).where(run.c.id == lately).values(finished_at=later(-29 * retention.DAY)))
    finished_run(paper)
    remove_all()
    assert left(lately) == WHOLE


def test_the_newest_success_keeps_all_though_a_failure_came_after_it(paper: Paper) -> None:
    success, failure = finished_run(paper), finished_run(paper, ends="FAILED")
    remove_all()
    assert left(success) == WHOLE and left(failure)[0] == 4


def test_a_run_that_runs_again_keeps_all(paper: Paper) -> None:
    again, _newest = finished_run(paper, ends="FAILED"), finished_run(paper)
    retrying.retry(again, "a", False, None, None)
    end_long_ago(again)  # whatever its row says of its end
    remove_all()
    assert left(again)[:2] == (4, [1, 2])


def test_a_run_another_has_taken_from_keeps_all(paper: Paper) -> None:
    taken_from, newest = finished_run(paper), finished_run(paper)
    giver, taker = (steps.attempts_of(factories.node_of(one, "a").id)[-1] for one in (taken_from, newest))
    taker.reused_from = giver.id
    db.session.commit()
    remove_all()
    assert left(taken_from) == WHOLE


def test_without_days_nothing_is_removed(in_app: Flask, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(in_app.extensions, "settings", replace(in_app.extensions["settings"], keeping=Keeping()))
    old, _newest = finished_run(paper), finished_run(paper)
    assert (remove_all(), left(old)) == ([], WHOLE)


def test_a_team_may_keep_more_or_less(paper: Paper) -> None:
    other = factories.paper()
    old, _newest, theirs, _theirs = (finished_run(one) for one in (paper, paper, other, other))
    keeping.choose(paper.team_id, Own(logs=0, artifacts=36_000), None)
    remove_all()
    assert (left(old), left(theirs)) == ((4, [2], 1), LOST)
    keeping.choose(paper.team_id, Own(logs=1), None)
    remove_all()
    assert left(old) == LOST


def test_days_that_are_none_are_refused(paper: Paper) -> None:
    with pytest.raises(InvalidInputError):
        keeping.choose(paper.team_id, Own(logs=-1), None)


def test_a_death_between_two_batches_leaves_the_rest_for_the_next(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    old, _newest = finished_run(paper, lines=6), finished_run(paper)
    killed = retention.steps()
    assert next(killed).rows == 2 and count(log, old) == 5
    killed.close()
    assert steps.run_of(old).logs_removed_at
    remove_all()
    assert left(old) == LOST


def test_a_run_that_is_retried_between_two_batches_keeps_the_rest(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    again, _newest = finished_run(paper, lines=6, ends="FAILED"), finished_run(paper)
    removing = retention.steps()
    assert next(removing).rows == 2
    retrying.retry(again, "a", False, None, None)
    assert list(removing) == [] and count(log, again) == 5


def test_a_file_goes_a_day_after_its_last_row(paper: Paper) -> None:
    old, newest = finished_run(paper, b"of one"), finished_run(paper, b"of two")
    sha256 = artifacts.digest(b"of one")
    remove_all()
    assert artifacts.path_of(sha256)
    end_long_ago(old)
    assert remove_all() == [retention.Removed("files", 1)]
    with pytest.raises(NotFoundError):
        artifacts.path_of(sha256)
    assert artifacts.path_of(artifacts.digest(b"of two")) and count(artifact, newest) == 1
    assert artifacts.path_of(paper.sha256)


def test_a_file_that_another_run_has_too_stays(paper: Paper) -> None:
    old, _newest = finished_run(paper), finished_run(paper)
    remove_all()
    end_long_ago(old)
    assert remove_all() == []
    assert artifacts.path_of(artifacts.digest(b"left"))


def test_a_file_of_an_attempt_under_way_stays_however_long_that_takes(paper: Paper) -> None:
    run_id = factories.started_run(paper, factories.definition(**steps.shape("a")))
    steps.claim("a")
    stored = artifacts.store(b"of a long attempt")
    with transaction() as connection:
        connection.exec_driver_sql("UPDATE workflow_node SET claimed_at = '2019-12-31' WHERE status = 'RUNNING'")
    end_long_ago(run_id)
    assert remove_all() == [] and artifacts.path_of(stored.sha256)


def test_a_run_without_its_files_is_not_retried_nor_taken_from(paper: Paper) -> None:
    old, _newest = finished_run(paper), finished_run(paper)
    node = factories.node_of(old, "a")
    attempt = steps.attempts_of(node.id)[-1]
    attempt.input_hash = "h" * 64
    db.session.commit()
    claim = _claim_beside(paper)
    assert (found := reuse.find(claim, "h" * 64)) and len(found.kept) == 1
    remove_all()
    assert reuse.find(claim, "h" * 64) is None
    with pytest.raises(NotAllowedError, match=r"files .* were removed on .* start a new run"):
        retrying.retry(old, "a", True, None, None)


def _claim_beside(paper: Paper) -> outcomes.Claim:
    factories.started_run(paper, factories.definition(**steps.shape("b")))
    return steps.claim("b")
