"""Letters arrive at a real mail server: to whom they are due, many runs in one, once although it is tried twice."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, update

from dashboard.engine import bulk, bulk_items, cohort_runs, cohorts, members, runs, wishes
from dashboard.engine.deliveries import State, delivery
from dashboard.engine.notices import Event
from dashboard.engine.transactions import reading, transaction
from dashboard.engine.wishes import Scope, Wish
from dashboard.models import User
from jobs import notices as jobs
from tests import factories
from tests.letterbox import Letterbox
from tests.notices.conftest import BASE, Scene, fail, make_due, started, succeed


def tell(app: Flask) -> None:
    """What is written down is spread and, as if minutes had passed, sent."""
    jobs.turn(app)
    make_due()
    jobs.turn(app)


def states() -> list[str]:
    with reading() as connection:
        return list(connection.execute(select(delivery.c.state).order_by(delivery.c.id)).scalars())


def test_whose_run_has_failed_is_told_why_and_where(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    run_id = started(scene)
    fail("no such page")
    tell(in_app)
    letter = box.next()
    assert (letter["To"], letter["Auto-Submitted"]) == (scene.ada.email, "auto-generated")
    assert letter["Subject"].startswith("Failed: paper-")
    assert f"only: ValueError: no such page\r\n{BASE}/runs/{run_id}\r\n" in letter.get_content()
    assert box.letters.empty()


def test_three_hundred_runs_are_one_letter(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    paper = factories.paper(scene.team)
    cohort_id = cohorts.create(scene.team.id, "A venue", "", scene.ada.id)
    cohorts.add_papers(cohort_id, [paper.id] + [factories.paper(scene.team).id for _ in range(29)], scene.ada.id)
    assert cohort_runs.start(cohort_id, scene.workflow, True, scene.ada.id) == 30
    for number in range(30):
        fail() if number % 10 == 0 else succeed()
        if number % 7 == 0:
            jobs.turn(in_app)
            assert box.letters.empty()
    jobs.turn(in_app)
    letter = box.next()
    assert letter["Subject"].startswith("A venue: its last run has ended (3 failed, 27 succeeded)")
    assert letter.get_content().count("Failed: paper-") == 3
    assert box.letters.empty()


def test_the_runs_of_a_bulk_action_are_told_with_its_end(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    failed = [started(scene) for _ in range(2)]
    for _ in failed:
        fail()
    tell(in_app)
    box.next()
    bulk_id = bulk.create(scene.team.id, bulk.Verb.RETRY, failed, {}, scene.ada.id)
    jobs.turn(in_app)
    for one in bulk_items.waiting(10):
        bulk_items.carry_out(one)
    fail()
    jobs.turn(in_app)
    assert box.letters.empty()
    succeed()
    jobs.turn(in_app)
    letter = box.next()
    assert letter["Subject"].startswith("Bulk retry: its last run has ended (1 failed, 1 succeeded)")
    assert f"{BASE}/bulk/{bulk_id}" in letter.get_content()


def test_people_hear_of_what_they_have_chosen(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    wishes.choose(scene.ada.id, {event: Wish(Scope.NONE, Scope.NONE) for event in Event})
    wishes.choose(scene.bob.id, {Event.FINISHED: Wish(Scope.ALL, Scope.NONE)})
    started(scene)
    started(scene)
    fail()
    succeed()
    tell(in_app)
    letter = box.next()
    assert (letter["To"], letter["Subject"].startswith("Finished: ")) == (scene.bob.email, True)
    assert box.letters.empty()


def test_a_team_that_sends_no_letters_sends_none(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    wishes.let_team_send_letters(scene.team.id, False, scene.ada.id)
    started(scene)
    fail()
    tell(in_app)
    assert (states(), box.letters.empty()) == ([], True)


def test_who_has_left_the_team_meanwhile_is_told_nothing(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    started(scene, by=scene.bob)
    fail()
    jobs.turn(in_app)
    members.remove(scene.team.id, scene.bob.id, scene.ada.id)
    make_due()
    jobs.turn(in_app)
    assert (states(), box.letters.empty()) == ([State.FAILED], True)


def test_nobody_is_told_what_a_disabled_person_began(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    started(scene, by=scene.bob)
    fail()
    with transaction() as connection:
        connection.execute(update(User).where(User.id == scene.bob.id).values(is_disabled=True))
    tell(in_app)
    assert (states(), box.letters.empty()) == ([], True)


def test_a_letter_that_is_sent_again_is_the_same_letter(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    started(scene)
    fail()
    tell(in_app)
    first = box.next()
    with transaction() as connection:
        connection.execute(update(delivery).values(state=State.WAITING))
    make_due()
    started(scene)
    fail("another")
    jobs.turn(in_app)
    again = box.next()
    assert (again["Message-ID"], again.get_content()) == (first["Message-ID"], first.get_content())
    make_due()
    jobs.turn(in_app)
    assert box.next()["Message-ID"] != first["Message-ID"]


def test_a_name_cannot_write_headers(in_app: Flask, scene: Scene, box: Letterbox) -> None:
    evil = factories.paper(scene.team, filename="x\r\nBcc: eve@example.org\r\n\r\nhello.pdf")
    runs.create_and_start(scene.workflow.id, evil.id, scene.team.id, {}, scene.ada.id)
    fail()
    tell(in_app)
    letter = box.next()
    assert letter["Bcc"] is None and "eve" not in (letter["To"] or "")
