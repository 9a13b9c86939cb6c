"""Rubrics: the list, what counts as evidence, a team's own copies, and agreement from the rulings."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import rubrics, rulings
from dashboard.extensions import db
from dashboard.judging.criterion import FOLDER
from dashboard.models import Team
from tests import factories
from tests.engine.judged_runs import judged_run
from tests.views.conftest import Lab

BODY = (FOLDER / "neurips@2025.2.yaml").read_text()


def saved(app: Flask, lab: Lab, body: str = BODY) -> None:
    with app.app_context():
        rubrics.save(lab.team_id, "ours", body, None)


def test_it_lists_what_a_team_can_use(app: Flask, member: FlaskClient, lab: Lab) -> None:
    saved(app, lab)
    shown = member.get("/rubrics").text
    assert all(name in shown for name in ("neurips", "pineau", "miccai", "ml_code_completeness", "ours"))


def test_it_hides_another_teams_rubric(app: Flask, stranger: FlaskClient, lab: Lab) -> None:
    saved(app, lab)
    assert "ours" not in stranger.get("/rubrics").text.replace("ours@2", "").replace("hours", "")
    assert stranger.get("/rubrics/ours").status_code == 404 and stranger.get("/rubrics/ours/edit").status_code == 404


@pytest.mark.parametrize("name", ["neurips", "pineau", "miccai", "ml_code_completeness"])
def test_it_says_what_counts_as_evidence(member: FlaskClient, name: str) -> None:
    shown = member.get(f"/rubrics/{name}").text
    assert "Counts as evidence" in shown and "The rules look in the" in shown


def test_it_shows_an_older_version(member: FlaskClient) -> None:
    assert "2025.1" in member.get("/rubrics/neurips?version=2025.1").text
    assert member.get("/rubrics/neurips?version=1999").status_code == 404


def test_a_copy_is_edited_and_saved(member: FlaskClient) -> None:
    form = member.get("/rubrics/neurips/edit").text
    body = unescape(re.search(r"<textarea[^>]*>(.*)</textarea>", form, re.DOTALL)[1])  # type: ignore[index]
    assert body.startswith("title: NeurIPS") and "- id: claims" in body
    answer = member.post("/rubrics/neurips/edit", data={"name": "ours", "body": body})
    assert (answer.status_code, answer.location) == (303, "/rubrics/ours?version=1")
    assert "ours@1" in member.get(answer.location).text


def test_faults_are_told_and_the_text_is_kept(member: FlaskClient) -> None:
    body = BODY.replace("any: [limitations]", "any: [weather]") + "# <my note>\n"
    answer = member.post("/rubrics/neurips/edit", data={"name": "ours", "body": body})
    assert answer.status_code == 422
    assert "ours, limitations" in answer.text and "# &lt;my note&gt;" in answer.text


def test_viewers_look_and_change_nothing(viewer: FlaskClient) -> None:
    assert "/edit" not in viewer.get("/rubrics").text + viewer.get("/rubrics/neurips").text
    assert viewer.get("/rubrics/neurips/edit").status_code == 403
    assert viewer.post("/rubrics/neurips/edit", data={"name": "ours", "body": BODY}).status_code == 403


def test_agreement_without_rulings_says_what_to_do(member: FlaskClient) -> None:
    assert "Nobody has ruled yet" in member.get("/rubrics/agreement").text


@pytest.fixture
def two_opinions(app: Flask, lab: Lab) -> None:
    """Two people rule on four papers' limitations, which the checks found met, and differ on one."""
    with app.app_context():
        team = factories.team()
        people = [factories.user(team).id for _ in range(2)]
        for number in range(4):
            run_id = judged_run(factories.paper(db.session.get(Team, lab.team_id)))
            for person in people:
                answer = "not_met" if (number, person) == (0, people[1]) or number == 1 else "met"
                rulings.rule(run_id, "neurips", "limitations", answer, "I read it.", person)


def test_agreement_tells_of_checks_and_people(member: FlaskClient, two_opinions: None) -> None:
    shown = member.get("/rubrics/agreement").text
    assert "8 rulings on 4 papers" in shown and "neurips/limitations" in shown
    assert "Person" in shown and "0.50" in shown  # Cohen's kappa of 3 in 4 alike, met by one 3 times, by the other 2


def test_agreement_as_a_sheet(member: FlaskClient, two_opinions: None) -> None:
    answer = member.get("/rubrics/agreement.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["criterion"], row["ruled"], row["precision"], row["recall"]) == ("limitations", "4", "0.5", "1.0")
    assert (row["mcc"], row["pairs"], row["same"], row["kappa"]) == ("", "4", "3", "0.5")


def test_agreement_is_the_teams_alone(stranger: FlaskClient, two_opinions: None) -> None:
    assert "Nobody has ruled yet" in stranger.get("/rubrics/agreement").text
