"""An operator brings a workflow as a file, looks at it beside the active version, and activates or discards it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import definitions, reports, workflow_file
from tests.views.conftest import Lab

DEFAULT = Path(__file__).resolve().parents[2] / "jobs" / "pipelines" / "pdf_analysis.yaml"


def brought(lab: Lab, *nodes: str) -> str:
    """A next version of the laboratory's workflow, as a file."""
    return yaml.safe_dump({"name": lab.workflow, "nodes": [{"id": name, "handler": name} for name in nodes]})


def save(browser: FlaskClient, body: str) -> str:
    """The page that a saved draft leads to."""
    answer = browser.post("/workflows/new", data={"body": body})
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["Location"]).text


def test_a_draft_is_drawn_beside_the_active_version(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    page = save(operator, brought(lab, "first", "third"))
    assert "A draft." in page and "<title>third: added</title>" in page and "<title>second: removed</title>" in page
    assert "What v2 changes of" in page
    with app.app_context():
        assert definitions.active(lab.workflow).version == 1
    operator.post(f"/workflows/{lab.workflow}/activate", data={"version": 2})
    with app.app_context():
        assert definitions.active(lab.workflow).version == 2
    assert "A draft." not in operator.get(f"/workflows/{lab.workflow}?version=2").text


def test_a_file_counts_more_than_what_is_written(lab: Lab, operator: FlaskClient) -> None:
    sent = {"body": "nodes: []", "file": (BytesIO(brought(lab, "from_a_file").encode()), "mine.yaml")}
    assert operator.post("/workflows/new", data=sent).status_code == 303
    assert "from_a_file" in operator.get(f"/workflows/{lab.workflow}?version=2").text


def test_faults_are_told_with_their_lines_and_the_text_is_kept(lab: Lab, operator: FlaskClient) -> None:
    answer = operator.post("/workflows/new", data={"body": "name: mine\nnodes:\n  - {id: one, timout_seconds: <5>}\n"})
    assert answer.status_code == 422
    assert "Line 3, nodes[0].timout_seconds: there is no such field. Did you mean timeout_seconds?" in answer.text
    assert "timout_seconds: &lt;5&gt;" in answer.text


@pytest.mark.parametrize("file", [b"\xff\xfe\x00", b"x" * 400_000, b""])
def test_what_is_no_workflow_is_refused(operator: FlaskClient, file: bytes) -> None:
    answer = operator.post("/workflows/new", data={"file": (BytesIO(file), "mine.yaml")})
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)


def test_a_handler_that_no_worker_has_is_named_and_keeps_the_draft_from_being_activated(
    app: Flask, lab: Lab, operator: FlaskClient
) -> None:
    with app.app_context():
        reports.report("host:1", ["default"], 1, {"first": "1", "second": "1"})
    page = save(operator, brought(lab, "first").replace("handler: first", "handler: own-steps/first"))
    assert "Install the package own-steps where workers run" in page
    assert "Activate v2" not in page
    answer = operator.post(f"/workflows/{lab.workflow}/activate", data={"version": 2})
    assert (answer.status_code, "Install the package own-steps" in answer.text) == (422, True)
    with app.app_context():
        reports.report("host:1", ["default"], 1, {"first": "1", "own-steps/first": "1"})
    page = operator.get(f"/workflows/{lab.workflow}?version=2").text
    assert "have every handler" in page and "Activate v2" in page


def test_a_first_version_is_a_draft_too(operator: FlaskClient) -> None:
    assert "A draft." in save(operator, "{name: brand new, nodes: [{id: one}]}")
    assert 'href="/workflows/brand%20new?version=1"' in operator.get("/workflows").text
    assert operator.get("/workflows/brand%20new").status_code == 200
    operator.post("/workflows/brand%20new/discard", data={"version": 1})
    assert "brand%20new" not in operator.get("/workflows").text
    assert operator.get("/workflows/brand%20new").status_code == 404


def test_what_was_active_is_not_discarded(lab: Lab, operator: FlaskClient) -> None:
    assert operator.post(f"/workflows/{lab.workflow}/discard", data={"version": 1}).status_code == 409


def test_what_says_the_same_is_no_draft(lab: Lab, operator: FlaskClient) -> None:
    text = operator.get(f"/workflows/new?workflow={lab.workflow}&version=1").text
    written = text.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0].replace("&#39;", "'")
    assert "says the same already" in save(operator, written)


def test_a_version_written_down_is_that_version(app: Flask) -> None:
    with app.app_context():
        record = workflow_file.read(DEFAULT.read_text())
        made = workflow_file.proposal(record)
        saved = definitions.save("written", made.record, made.description, made.input_schema)
        again = workflow_file.proposal(workflow_file.read(workflow_file.written(saved)))
        assert again.is_said_by(saved)
        assert "max_attempts" not in workflow_file.written(saved)


def test_who_runs_no_site_brings_no_workflow(lab: Lab, member: FlaskClient, operator: FlaskClient) -> None:
    save(operator, brought(lab, "first"))
    for answer in (
        member.get("/workflows/new"),
        member.post("/workflows/new", data={"body": brought(lab, "other")}),
        member.post(f"/workflows/{lab.workflow}/discard", data={"version": 2}),
    ):
        assert (answer.status_code, "an operator" in answer.text) == (403, True)
    page = member.get(f"/workflows/{lab.workflow}?version=2").text
    assert "an operator activates it" in page and "Discard" not in page
