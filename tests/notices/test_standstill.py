"""Runs that stand still are told of with a reason, once until they move; those that wait for their turn are not."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, update

from dashboard.engine import asking, claims, holding, reports, runs, standstill
from dashboard.engine.claims import Wish
from dashboard.engine.clock import later
from dashboard.engine.notices import Event, notice
from dashboard.engine.questions import Question
from dashboard.engine.tables import node, run
from dashboard.engine.transactions import reading, transaction
from dashboard.models import WorkerReport
from jobs import notices as jobs
from tests.letterbox import Letterbox
from tests.notices.conftest import Scene, make_due, started, taken

LIMIT = 900.0


def let_time_pass() -> None:
    """As if all that has happened had happened an hour ago."""
    with transaction() as connection:
        connection.execute(update(run).values(started_at=later(-3600)))
        connection.execute(update(node).values(available_at=later(-3600)))
        connection.execute(update(node).where(node.c.claimed_at.is_not(None)).values(claimed_at=later(-3600)))


def reasons() -> list[str]:
    return [one.why for one in standstill.stuck(LIMIT)]


def test_a_queue_that_nobody_serves_is_a_reason(scene: Scene) -> None:
    started(scene)
    assert reasons() == []
    let_time_pass()
    assert reasons() == ["No worker serves the queue default and has the handler first."]


def test_a_run_whose_turn_will_come_is_not_stuck(scene: Scene) -> None:
    started(scene)
    reports.report("worker-1", ["net", "default"], 7)
    let_time_pass()
    assert reasons() == []
    with transaction() as connection:
        connection.execute(update(WorkerReport).values(seen_at=later(-3600)))
    assert reasons() == ["No worker serves the queue default and has the handler first."]


def test_a_worker_without_the_handler_is_no_help(scene: Scene) -> None:
    started(scene)
    reports.report("worker-1", ["default"], 7)
    let_time_pass()
    with transaction() as connection:
        connection.execute(update(WorkerReport).values(handlers={"second": "1"}))
    assert reasons() == ["No worker serves the queue default and has the handler first."]


def test_a_run_of_which_something_runs_is_not_stuck(scene: Scene) -> None:
    started(scene)
    taken()
    let_time_pass()
    assert reasons() == []


def test_a_question_and_a_hold_are_reasons(scene: Scene) -> None:
    started(scene)
    asking.ask(taken(), [Question("use", "May we?", ("yes", "no"))])
    holding.hold(started(scene), "only", "look first", scene.ada.id)
    let_time_pass()
    assert reasons() == ["only waits for a person: May we?", "only waits for a person: look first"]


def test_a_paused_run_is_not_stuck(scene: Scene) -> None:
    runs.pause(started(scene), scene.ada.id)
    let_time_pass()
    assert reasons() == []


def test_it_is_told_once_until_the_run_moves_again(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    run_id = started(scene)
    for _ in range(2):
        let_time_pass()
        assert standstill.tell_of_the_stuck(LIMIT) == 1
    claim = claims.claim_next(Wish("default", "tester", 60.0))
    assert claim is not None and claims.give_back(claim)
    let_time_pass()
    standstill.tell_of_the_stuck(LIMIT)
    with reading() as connection:
        rows = connection.execute(select(notice.c.event, notice.c.run_id)).all()
    assert [tuple(row) for row in rows] == [(Event.STUCK, run_id)] * 2
    jobs.turn(in_app)
    make_due()
    jobs.turn(in_app)
    letter = box.next()
    assert letter["Subject"].startswith("2 stuck") and "No worker serves" in letter.get_content()
