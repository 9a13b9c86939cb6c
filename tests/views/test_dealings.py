"""Failures that were dealt with: they leave what needs attention, and come back when the run fails again."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import retrying
from dashboard.extensions import db
from dashboard.models import AuditEvent
from tests.views.conftest import Lab, claim, fail, start

HOW = "withdrawn by its authors"


def mark(browser: FlaskClient, *run_ids: int, **more: str) -> str:
    answer = browser.post("/runs/dealt-with", data={"run": list(run_ids), "how": HOW, **more})
    assert answer.status_code == 303
    return str(answer.location)


def is_told(browser: FlaskClient, run_id: int) -> bool:
    return f'id="failed-{run_id}"' in browser.get("/").text


def test_it_leaves_what_needs_attention(member: FlaskClient, failed: int) -> None:
    assert is_told(member, failed)
    assert mark(member, failed, home="1") == "/"
    assert not is_told(member, failed)
    assert "need attention" not in member.get("/").text


def test_the_run_says_how_it_was_dealt_with(member: FlaskClient, failed: int) -> None:
    page = member.get(mark(member, failed)).text
    assert HOW in page
    assert "Take the mark off" in page


def test_the_mark_is_taken_off(member: FlaskClient, failed: int) -> None:
    mark(member, failed)
    assert member.post(f"/runs/{failed}/reopen").status_code == 303
    assert is_told(member, failed)


def test_a_run_that_fails_again_needs_attention_again(app: Flask, member: FlaskClient, failed: int) -> None:
    mark(member, failed)
    with app.app_context():
        retrying.retry(failed, None, False, None, None)
        fail(claim(), "it broke again")
    assert is_told(member, failed)
    assert HOW not in member.get(f"/runs/{failed}").text


def test_several_are_marked_at_once_and_those_that_moved_on_are_left(
    app: Flask, member: FlaskClient, lab: Lab, failed: int
) -> None:
    with app.app_context():
        going = start(lab)
    mark(member, failed, going, home="1")
    page = member.get("/").text
    assert "1 failure marked as dealt with." in page
    assert "1 run had moved on: left unchanged." in page


def test_it_asks_how(member: FlaskClient, failed: int) -> None:
    answer = member.post("/runs/dealt-with", data={"run": failed, "how": " "})
    assert answer.status_code == 422
    assert "Say how it was dealt with" in answer.text


def test_both_acts_are_in_the_audit_trail(app: Flask, member: FlaskClient, failed: int) -> None:
    mark(member, failed)
    member.post(f"/runs/{failed}/reopen")
    with app.app_context():
        lines = select(AuditEvent.action, AuditEvent.detail).where(AuditEvent.object_id == failed)
        told = {row.action: row.detail for row in db.session.execute(lines)}
    assert told["run.deal_with"] == {"before": None, "after": HOW}
    assert told["run.reopen"] == {"before": HOW, "after": None}


def test_viewers_see_it_and_may_not_do_it(member: FlaskClient, viewer: FlaskClient, failed: int) -> None:
    assert viewer.post("/runs/dealt-with", data={"run": failed, "how": HOW}).status_code == 403
    mark(member, failed)
    page = viewer.get(f"/runs/{failed}").text
    assert HOW in page
    assert "Take the mark off" not in page


def test_another_teams_failure_is_not_there(stranger: FlaskClient, failed: int) -> None:
    assert stranger.post("/runs/dealt-with", data={"run": failed, "how": HOW}).status_code == 404


def test_the_list_is_narrowed_to_failures_by_that(app: Flask, member: FlaskClient, lab: Lab, failed: int) -> None:
    with app.app_context():
        other = start(lab)
        fail(claim(), "it broke too")
    mark(member, failed)
    for dealt, shown, hidden in (("yes", failed, other), ("no", other, failed)):
        page = member.get(f"/runs?dealt={dealt}").text
        assert f'id="run-{shown}"' in page
        assert f'id="run-{hidden}"' not in page
