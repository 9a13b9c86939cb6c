"""What members do to runs: start, cancel, pause, retry. A POST, then 303."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.views.conftest import Lab, statuses


def version_on(page: str) -> str:
    return re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]


def test_it_starts_a_run_on_a_paper(app: Flask, member: FlaskClient, lab: Lab) -> None:
    answer = member.post(f"/papers/{lab.paper_id}/runs", data={"workflow": lab.workflow})
    assert answer.status_code == 303
    assert statuses(app, int(answer.location.rsplit("/", 1)[1]))[0] == "RUNNING"


def test_it_starts_a_run_from_the_form(app: Flask, member: FlaskClient, lab: Lab) -> None:
    answer = member.post("/runs/new", data={"workflow": lab.workflow, "paper": lab.paper_id})
    assert answer.status_code == 303
    assert statuses(app, int(answer.location.rsplit("/", 1)[1]))[1]["first"] == "READY"


def test_it_refuses_to_start_on_another_teams_paper(stranger: FlaskClient, lab: Lab) -> None:
    answer = stranger.post("/runs/new", data={"workflow": lab.workflow, "paper": lab.paper_id})
    assert answer.status_code == 404


def test_it_pauses_and_resumes(app: Flask, member: FlaskClient, running: int) -> None:
    assert member.post(f"/runs/{running}/pause").status_code == 303
    assert statuses(app, running) == ("PAUSED", {"first": "HELD", "second": "PENDING"})
    member.post(f"/runs/{running}/resume")
    assert statuses(app, running) == ("RUNNING", {"first": "READY", "second": "PENDING"})


def test_it_cancels(app: Flask, member: FlaskClient, running: int) -> None:
    assert member.post(f"/runs/{running}/cancel").location == f"/runs/{running}"
    assert statuses(app, running)[0] == "CANCELLED"


def test_it_says_plainly_what_a_retry_will_do(member: FlaskClient, failed: int) -> None:
    page = member.get(f"/runs/{failed}/retry?node=first").text
    assert "Retry first" in page
    assert "second" in page


def test_it_retries_in_two_clicks(app: Flask, member: FlaskClient, failed: int) -> None:
    page = member.get(f"/runs/{failed}/retry?node=first").text
    answer = member.post(f"/runs/{failed}/retry", data={"node": "first", "version": version_on(page)})
    assert answer.location == f"/runs/{failed}"
    assert statuses(app, failed) == ("RUNNING", {"first": "READY", "second": "PENDING"})


def test_a_second_click_changes_nothing_and_says_so(app: Flask, member: FlaskClient, failed: int) -> None:
    seen = {"node": "first", "version": version_on(member.get(f"/runs/{failed}/retry?node=first").text)}
    member.post(f"/runs/{failed}/retry", data=seen)
    again = member.post(f"/runs/{failed}/retry", data=seen)
    assert again.status_code == 409
    assert statuses(app, failed)[1]["first"] == "READY"


def test_it_retries_all_runs_of_a_group(app: Flask, member: FlaskClient, failed: int) -> None:
    assert member.post("/runs/retry", data={"run": [failed]}).location == "/"
    assert statuses(app, failed)[0] == "RUNNING"


def test_it_leaves_alone_the_runs_of_a_group_that_moved_on(
    app: Flask, member: FlaskClient, finished: int, failed: int
) -> None:
    member.post("/runs/retry", data={"run": [finished, failed]})
    assert statuses(app, finished)[0] == "SUCCEEDED"
    assert statuses(app, failed)[0] == "RUNNING"
    assert "1 run had moved on: left unchanged." in member.get("/").text


def test_it_retries_no_run_of_another_team(app: Flask, stranger: FlaskClient, failed: int) -> None:
    assert stranger.post("/runs/retry", data={"run": [failed]}).status_code == 404
    assert statuses(app, failed)[0] == "FAILED"


def test_it_skips_a_node_only_with_a_reason(app: Flask, member: FlaskClient, failed: int) -> None:
    assert member.post(f"/runs/{failed}/nodes/first/skip", data={"reason": " "}).status_code == 422
    assert member.post(f"/runs/{failed}/nodes/first/skip", data={"reason": "no code"}).status_code == 303
    assert statuses(app, failed)[1]["first"] == "SKIPPED"


@pytest.mark.parametrize("act", ["pause", "resume", "cancel"])
def test_an_act_that_no_longer_fits_is_refused_with_a_sentence(member: FlaskClient, finished: int, act: str) -> None:
    answer = member.post(f"/runs/{finished}/{act}")
    assert answer.status_code == 409
    assert '<p class="lead">' in answer.text
