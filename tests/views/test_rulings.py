"""The scores of a run: people rule, withdraw and score again; who may not, cannot."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.engine import claims, outcomes, rulings
from dashboard.engine.claims import Wish
from dashboard.extensions import db
from dashboard.models import Paper, Rescore, Ruling, User, WorkflowRun
from tests.engine.judged_runs import judged_run, stored_run
from tests.views.conftest import Lab

LIMITATIONS = {"rubric": "neurips@2025.1", "criterion": "limitations"}


@pytest.fixture
def judged(app: Flask, lab: Lab) -> int:
    with app.app_context():
        return judged_run(db.session.get(Paper, lab.paper_id))


@pytest.fixture
def stored(app: Flask, lab: Lab) -> int:
    with app.app_context():
        return stored_run(db.session.get(Paper, lab.paper_id))


def page(browser: FlaskClient, run_id: int, rubric: str = "") -> str:
    answer = browser.get(f"/runs/{run_id}/scores", query_string={"rubric": rubric} if rubric else {})
    assert answer.status_code == 200
    return answer.text


def ruled(app: Flask) -> list[Ruling]:
    with app.app_context():
        return list(db.session.scalars(select(Ruling).order_by(Ruling.id)))


def by_somebody(app: Flask, lab: Lab, run_id: int, answer: str = "not_met") -> int:
    """The admin's ruling on the limitations."""
    with app.app_context():
        admin = db.session.scalars(select(User).where(User.email == lab.emails["admin"])).one()
        return rulings.rule(run_id, "neurips", "limitations", answer, "I looked it up.", admin.id)


def test_it_shows_every_criterion_with_its_evidence(member: FlaskClient, judged: int) -> None:
    shown = page(member, judged)
    assert all(title in shown for title in ("Limitations", "Error bars", "Claims"))
    assert "<q>words</q>" in shown and "p. 2</a>" in shown
    assert "<code" in page(member, judged, "ml_code_completeness") and "train.py:3" in page(
        member, judged, "ml_code_completeness"
    )


def test_it_confirms_in_one_click_and_comes_back_to_the_place(app: Flask, member: FlaskClient, judged: int) -> None:
    back = f"/runs/{judged}/scores?rubric=neurips@2025.1#c-neurips/limitations"
    answer = member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "met", "back": back})
    assert (answer.status_code, answer.location) == (303, back)
    assert [one.answer for one in ruled(app)] == ["met"]


def test_it_overrules_with_a_reason_and_shows_both(member: FlaskClient, judged: int) -> None:
    member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "not_met", "reason": "Only <b>one</b> word."})
    shown = page(member, judged)
    assert "the checks: met" in shown and "Only &lt;b&gt;one&lt;/b&gt; word." in shown
    assert "0 of 2 assessed criteria met" in shown


def test_it_wants_a_reason_for_overruling(app: Flask, member: FlaskClient, judged: int) -> None:
    answer = member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "not_met"})
    assert answer.status_code == 422 and "needs a reason" in answer.text and ruled(app) == []


@pytest.mark.parametrize("back", ["//evil.example", "///evil.example", "https://evil.example", "/\\evil", ""])
def test_it_never_leaves_the_site(member: FlaskClient, judged: int, back: str) -> None:
    answer = member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "met", "back": back})
    assert answer.location == f"/runs/{judged}/scores"


def test_others_rulings_are_hidden_until_one_has_ruled(app: Flask, member: FlaskClient, lab: Lab, judged: int) -> None:
    by_somebody(app, lab, judged)
    blind = page(member, judged)
    assert re.search(r"<details><summary>.*Others have ruled", blind) and "the checks: met" not in blind
    member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "met"})
    assert "Others have ruled" not in page(member, judged)


def test_viewers_see_rulings_and_no_forms(app: Flask, viewer: FlaskClient, lab: Lab, judged: int) -> None:
    by_somebody(app, lab, judged)
    shown = page(viewer, judged)
    assert "I looked it up." in shown and "the checks: met" in shown and f"/runs/{judged}/rulings" not in shown


def test_one_withdraws_ones_own(app: Flask, member: FlaskClient, judged: int) -> None:
    member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "not_met", "reason": "So."})
    ruling = ruled(app)[0].id
    assert member.post(f"/runs/{judged}/rulings/{ruling}/withdraw").status_code == 303
    assert ruled(app)[0].withdrawn_at is not None and "withdrawn" in page(member, judged)


def test_only_an_admin_withdraws_anothers(
    app: Flask, member: FlaskClient, operator: FlaskClient, lab: Lab, judged: int
) -> None:
    ruling = by_somebody(app, lab, judged)
    assert member.post(f"/runs/{judged}/rulings/{ruling}/withdraw").status_code == 403
    assert operator.post(f"/runs/{judged}/rulings/{ruling}/withdraw").status_code == 303


def test_a_ruling_on_another_paper_is_not_withdrawn_from_here(
    app: Flask, operator: FlaskClient, lab: Lab, judged: int
) -> None:
    with app.app_context():
        elsewhere = judged_run()
    ruling = by_somebody(app, lab, elsewhere)
    assert operator.post(f"/runs/{judged}/rulings/{ruling}/withdraw").status_code == 404


def test_a_report_older_than_a_ruling_can_be_written_again(member: FlaskClient, judged: int) -> None:
    assert "Write the report again" not in page(member, judged)
    member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "not_met", "reason": "So."})
    shown = page(member, judged)
    link = re.search(r'href="(/runs/\d+/retry\?[^"]*)">.*Write the report again', shown)
    assert link and "compute_score" in member.get(link[1].replace("&amp;", "&")).text


def test_once_it_is_written_it_is_not_offered_again(app: Flask, member: FlaskClient, judged: int) -> None:
    member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "not_met", "reason": "So."})
    member.post(f"/runs/{judged}/retry", data={"node": "compute_score", "from_here": "1"})
    with app.app_context():
        for output in ({"rulings": [ruled(app)[0].id]}, {"score": 25}):
            claim = claims.claim_next(Wish("default", "tester", 60))
            assert claim is not None and outcomes.succeed(claim, output).landed
    assert "Write the report again" not in page(member, judged)


def test_it_scores_again_and_shows_it(app: Flask, member: FlaskClient, stored: int) -> None:
    answer = member.post(f"/runs/{stored}/rescore", data={"rubric": "pineau@2.0"})
    assert answer.location == f"/runs/{stored}/scores?rubric=pineau@2.0"
    shown = member.get(answer.location).text
    assert "Scored by pineau@2.0" in shown and "Central tendency and variation" in shown and "0.9 ± 0.1" in shown
    with app.app_context():
        assert db.session.scalars(select(Rescore.rubric)).all() == ["pineau"]


@pytest.mark.parametrize("rubric", ["pineau@2.0", "horoscope", "../../etc/passwd"])
def test_a_rubric_it_was_not_scored_by_is_not_there(member: FlaskClient, stored: int, rubric: str) -> None:
    assert member.get(f"/runs/{stored}/scores", query_string={"rubric": rubric}).status_code == 404


def test_a_run_that_judged_nothing_says_so(member: FlaskClient, running: int) -> None:
    assert "Nothing is judged yet" in page(member, running)


def test_the_run_page_leads_to_the_scores(member: FlaskClient, judged: int) -> None:
    assert f'href="/runs/{judged}/scores"' in member.get(f"/runs/{judged}").text


def test_the_new_score_is_on_the_run_page(app: Flask, member: FlaskClient, judged: int) -> None:
    member.post(f"/runs/{judged}/rulings", data={**LIMITATIONS, "answer": "not_met", "reason": "So."})
    with app.app_context():
        assert db.session.get(WorkflowRun, judged).score == 25.0  # type: ignore[union-attr]
    assert "25 %" in member.get(f"/runs/{judged}").text
