"""The outbox: a row with the outcome or none, one however often it is tried, told although somebody dies before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from dashboard.engine import forgetting_notices, notices, outcomes, retrying, runs, spreading
from dashboard.engine.clock import later, now
from dashboard.engine.deliveries import delivery
from dashboard.engine.notices import Event, notice
from dashboard.engine.outcomes import Failure
from dashboard.engine.transactions import reading, transaction
from jobs import notices as jobs
from tests.letterbox import Letterbox
from tests.notices.conftest import Scene, fail, make_due, started, succeed, taken

KILLED_BEFORE_SENDING = """
import os, signal
from dashboard import create_app
from jobs import letters, notices
letters.send = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
app = create_app()
with app.app_context():
    notices.turn(app)
"""


def told() -> list[tuple[str, int | None]]:
    with reading() as connection:
        rows = connection.execute(select(notice.c.event, notice.c.run_id).order_by(notice.c.id))
        return [(row.event, row.run_id) for row in rows]


def count_letters() -> int:
    with reading() as connection:
        return int(connection.execute(select(func.count()).select_from(delivery)).scalar_one())


def test_each_end_of_a_run_is_told_once(scene: Scene) -> None:
    run_id = started(scene)
    fail()
    retrying.retry(run_id, None, False, None, None)
    succeed()
    assert told() == [(Event.FAILED, run_id), (Event.FINISHED, run_id)]


def test_what_a_person_cancels_is_not_told(scene: Scene) -> None:
    runs.cancel(started(scene), None)
    assert told() == []


def test_an_outcome_that_does_not_land_tells_nothing(scene: Scene) -> None:
    run_id = started(scene)
    lost = taken()
    retrying.retry(run_id, "only", False, None, None)
    assert not outcomes.fail(lost, Failure("ValueError", "too late", is_permanent=True)).landed
    assert told() == []


def test_what_is_told_under_a_key_is_told_once(scene: Scene) -> None:
    for _ in range(2):
        with transaction() as connection:
            notices.tell(connection, Event.RECHECK_CHANGED, scene.team.id, "recheck:1", "x" * 400, "/cohorts/1")
    assert told() == [(Event.RECHECK_CHANGED, None)]


def test_nothing_is_told_of_what_is_rolled_back(scene: Scene) -> None:
    with pytest.raises(RuntimeError), transaction() as connection:
        notices.tell(connection, Event.RECHECK_CHANGED, scene.team.id, "recheck:1", "changed", "/cohorts/1")
        raise RuntimeError
    assert told() == []


def test_it_is_spread_once(scene: Scene) -> None:
    started(scene)
    fail()
    assert [spreading.spread(0, True), spreading.spread(0, True)] == [1, 0]
    assert count_letters() == 1


def test_an_event_of_a_newer_version_spoils_nothing(scene: Scene) -> None:
    with transaction() as connection:
        values = {"event": "run.sung", "team_id": scene.team.id, "user_id": scene.ada.id, "at": now()}
        connection.execute(insert(notice).values(**values))
    started(scene)
    fail()
    assert (spreading.spread(0, True), count_letters()) == (2, 1)


def test_without_a_mail_server_no_letters_pile_up(scene: Scene) -> None:
    started(scene)
    fail()
    assert (spreading.spread(0, False), count_letters()) == (1, 0)


def test_a_letter_whose_sender_is_killed_is_sent_later(
    in_app: Flask, scene: Scene, box: Letterbox, environment: dict[str, str]
) -> None:
    started(scene)
    fail()
    jobs.turn(in_app)
    make_due()
    mail = {"SMTP_URL": f"smtp+plain://127.0.0.1:{box.port}", "MAIL_FROM": "p@example.org", "BASE_URL": "https://x.org"}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_SENDING], env={**os.environ, **environment, **mail}, check=False
    )
    assert (killed.returncode, box.letters.empty()) == (-signal.SIGKILL, True)
    assert jobs.turn(in_app) == 0  # the time of whoever died is not up
    make_due()
    assert jobs.turn(in_app) == 1
    assert box.next()["To"] == scene.ada.email


def test_what_was_told_long_ago_is_forgotten(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    for _ in range(2):
        started(scene)
        fail()
        jobs.turn(in_app)
        make_due()
        jobs.turn(in_app)
        box.next()
    with transaction() as connection:
        oldest = select(func.min(delivery.c.id)).scalar_subquery()
        connection.execute(update(notice).values(spread_at=later(-40 * 24 * 3600)))
        key = connection.execute(select(oldest)).scalar_one()
        connection.execute(update(delivery).where(delivery.c.id == key).values(ended_at=later(-31 * 24 * 3600)))
    assert forgetting_notices.forget_the_told() == 2
    assert (count_letters(), len(told())) == (1, 1)
