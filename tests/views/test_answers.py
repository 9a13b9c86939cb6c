"""What a node asks is on its page, and who may answer does."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import asking, claims
from dashboard.engine.questions import Question
from tests.views.conftest import WISH, statuses


@pytest.fixture
def asked(app: Flask, running: int) -> str:
    """The address of a node that asks two things."""
    with app.app_context():
        claim = claims.claim_next(WISH)
        assert claim is not None
        asking.ask(claim, [Question("use", "May <we> use it?", ("yes", "no")), Question("why", "What for?")])
    return f"/runs/{running}/nodes/first"


def test_it_shows_the_questions_and_how_to_answer_them(member: FlaskClient, asked: str) -> None:
    page = member.get(asked, follow_redirects=True).text
    assert "May &lt;we&gt; use it?" in page
    assert '<button name="answer" value="yes">' in page
    assert '<textarea id="answer-2" name="answer"' in page
    assert "/release" not in page


def test_answered_it_runs_and_says_who_answered_what(app: Flask, member: FlaskClient, asked: str, running: int) -> None:
    answer = member.post(f"{asked}/answer", data={"key": "use", "answer": "yes"})
    assert (answer.status_code, answer.location) == (303, asked)
    assert statuses(app, running)[1]["first"] == "HELD"
    member.post(f"{asked}/answer", data={"key": "why", "answer": "a <survey>"})
    assert statuses(app, running)[1]["first"] == "READY"
    page = member.get(asked, follow_redirects=True).text
    assert "<strong>a &lt;survey&gt;</strong>" in page


def test_the_home_page_tells_that_somebody_is_asked(member: FlaskClient, asked: str, running: int) -> None:
    page = member.get("/").text
    assert f'id="asks-{running}-first"' in page
    assert "May &lt;we&gt; use it?" in page


@pytest.mark.parametrize(("key", "answer", "status"), [("use", "perhaps", 422), ("why", "", 422), ("other", "x", 409)])
def test_what_is_no_answer_is_refused(member: FlaskClient, asked: str, key: str, answer: str, status: int) -> None:
    assert member.post(f"{asked}/answer", data={"key": key, "answer": answer}).status_code == status


def test_one_who_only_looks_sees_the_question_and_cannot_answer(viewer: FlaskClient, asked: str) -> None:
    page = viewer.get(asked, follow_redirects=True).text
    assert "May &lt;we&gt; use it?" in page
    assert "/answer" not in page
    assert viewer.post(f"{asked}/answer", data={"key": "use", "answer": "yes"}).status_code == 403
