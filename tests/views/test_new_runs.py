"""The form that starts a run: filled beforehand, wrong fields named beside them, identical runs told."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import definitions, runs
from dashboard.extensions import db
from dashboard.models import WorkflowRun
from tests.views.conftest import Lab, claim, fail

SCHEMA = {
    "type": "object",
    "required": ["seed"],
    "properties": {
        "seed": {"type": "integer", "title": "Random seed", "description": "Any whole number.", "minimum": 0},
        "parts": {"type": "array", "items": {"enum": ["text", "code"]}, "default": ["text"]},
    },
}


@pytest.fixture
def workflow(app: Flask, lab: Lab) -> int:
    """The lab's workflow with an input of its own; the id of this version."""
    with app.app_context():
        record = definitions.active(lab.workflow).dag
        return definitions.save(lab.workflow, record, input_schema=SCHEMA).id


def given(lab: Lab, **sent: Any) -> dict[str, Any]:
    return {"workflow": lab.workflow, "paper": lab.paper_id, **{f"input.{name}": raw for name, raw in sent.items()}}


def test_the_form_has_a_field_for_each_input(member: FlaskClient, lab: Lab, workflow: int) -> None:
    page = member.get(f"/runs/new?workflow={lab.workflow}&paper={lab.paper_id}").text
    assert "Random seed" in page
    assert "Any whole number." in page
    assert 'type="number"' in page
    assert f'<option value="{lab.paper_id}" selected>' in page


def test_it_starts_the_run_with_that_input(app: Flask, member: FlaskClient, lab: Lab, workflow: int) -> None:
    answer = member.post("/runs/new", data=given(lab, seed="7", parts=["text", "code"]))
    with app.app_context():
        run = db.session.get_one(WorkflowRun, int(answer.location.rsplit("/", 1)[1]))
        assert (run.definition_id, run.input) == (workflow, {"seed": 7, "parts": ["text", "code"]})


def test_a_wrong_field_is_told_beside_it_and_keeps_what_was_typed(member: FlaskClient, lab: Lab, workflow: int) -> None:
    answer = member.post("/runs/new", data=given(lab, seed="-3"))
    assert answer.status_code == 422
    assert 'value="-3"' in answer.text
    assert 'aria-describedby="wrong-seed"' in answer.text
    assert "-3 is less than 0." in answer.text


def test_a_run_needs_a_paper(member: FlaskClient, lab: Lab, workflow: int) -> None:
    answer = member.post("/runs/new", data={**given(lab, seed="7"), "paper": ""})
    assert answer.status_code == 422
    assert "Choose the paper it is to run on." in answer.text


def test_an_identical_run_is_told_before_a_second_is_started(member: FlaskClient, lab: Lab, workflow: int) -> None:
    first = member.post("/runs/new", data=given(lab, seed="7")).location
    again = member.post("/runs/new", data=given(lab, seed="7"))
    assert again.status_code == 409
    assert f'href="{first}"' in again.text
    assert member.post("/runs/new", data=given(lab, seed="7") | {"anyway": "on"}).status_code == 303


@pytest.mark.parametrize("other", [{"seed": "8"}, {"seed": "7", "parts": "code"}])
def test_another_input_is_no_identical_run(member: FlaskClient, lab: Lab, workflow: int, other: dict[str, str]) -> None:
    member.post("/runs/new", data=given(lab, seed="7"))
    assert member.post("/runs/new", data=given(lab, **other)).status_code == 303


def test_a_run_that_failed_is_no_identical_run(app: Flask, member: FlaskClient, lab: Lab, workflow: int) -> None:
    member.post("/runs/new", data=given(lab, seed="7"))
    with app.app_context():
        fail(claim(), "it broke")
    assert member.post("/runs/new", data=given(lab, seed="7")).status_code == 303


def test_whoever_wants_all_computed_anew_is_not_told_of_an_identical_run(
    member: FlaskClient, lab: Lab, workflow: int
) -> None:
    member.post("/runs/new", data=given(lab, seed="7"))
    assert member.post("/runs/new", data=given(lab, seed="7") | {"anew": "on"}).status_code == 303


def test_a_run_is_repeated_with_what_it_was_given(app: Flask, member: FlaskClient, lab: Lab, workflow: int) -> None:
    with app.app_context():
        run_id = runs.create_and_start(workflow, lab.paper_id, lab.team_id, {"seed": 41, "parts": ["code"]}, None)
    page = member.get(f"/runs/new?again={run_id}").text
    assert 'value="41"' in page
    assert 'value="code" checked' in page
    assert 'value="text" checked' not in page
    assert f'<a href="/runs/{run_id}">Run {run_id}</a> is identical' in page


def test_another_teams_run_is_not_repeated(stranger: FlaskClient, finished: int) -> None:
    assert stranger.get(f"/runs/new?again={finished}").status_code == 404


def test_another_teams_paper_is_not_taken(stranger: FlaskClient, lab: Lab, workflow: int) -> None:
    assert stranger.get(f"/runs/new?paper={lab.paper_id}").status_code == 404
    assert stranger.post("/runs/new", data=given(lab, seed="7")).status_code == 404
