"""Runs for programs: listed, started, looked at, and every act on them."""

from __future__ import annotations

import pytest
from flask import Flask

from dashboard.engine import runs
from tests.api.conftest import Program, is_problem
from tests.views.conftest import Lab, claim, fail, statuses


def test_it_lists_runs_by_their_filters(program: Program, lab: Lab, failed: int) -> None:
    assert [run["id"] for run in program.told("/runs?status=FAILED&dealt=no")["items"]] == [failed]
    assert program.told("/runs?status=RUNNING")["items"] == []
    assert [run["id"] for run in program.told(f"/runs?workflow={lab.workflow}&paper={lab.paper_id}")["items"]] == [
        failed
    ]


def test_a_filter_that_is_not_known_is_refused(program: Program) -> None:
    assert is_problem(program.get("/runs?stauts=FAILED"), 422)
    assert is_problem(program.get("/runs?status=BROKEN"), 422)
    assert is_problem(program.get("/runs?limit=0"), 422)


def test_it_starts_a_run(program: Program, lab: Lab) -> None:
    answer = program.post("/runs", json={"workflow": lab.workflow, "paper": lab.paper_id})
    run = answer.get_json()
    assert (answer.status_code, run["status"], run["paper_id"]) == (201, "RUNNING", lab.paper_id)
    assert program.told(answer.headers["Location"])["id"] == run["id"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422), ({"paper": 1}, 422), ({"workflow": "none such", "paper": 0}, 422), ([1], 422), ("text", 422),
        ({"workflow": "x", "paper": 1, "inptu": {}}, 422), ({"workflow": "x", "paper": 2**63}, 422),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_sentences(program: Program, given: object, status: int) -> None:
    answer = program.post("/runs", json=given)
    assert is_problem(answer, status) and answer.get_json()["errors"]


def test_a_body_of_another_kind_is_refused(program: Program) -> None:
    assert is_problem(program.post("/runs", data="{", content_type="application/json"), 400)
    assert is_problem(program.post("/runs", data="a=b", content_type="application/x-www-form-urlencoded"), 415)


def test_it_starts_nothing_that_is_not_there(program: Program, lab: Lab) -> None:
    assert is_problem(program.post("/runs", json={"workflow": "none such", "paper": lab.paper_id}), 404)
    assert is_problem(program.post("/runs", json={"workflow": lab.workflow, "paper": 987654}), 404)


def test_it_tells_what_broke(program: Program, failed: int) -> None:
    run = program.told(f"/runs/{failed}")
    (failure,) = run["failures"]
    assert (failure["node_id"], failure["type"], failure["blocked"]) == ("first", "HostError", ["second"])
    assert (run["passed"], run["total"]) == (0, 2)


def test_it_pauses_resumes_and_cancels(program: Program, running: int) -> None:
    each = [program.post(f"/runs/{running}/{act}").get_json()["status"] for act in ("pause", "resume", "cancel")]
    assert each == ["PAUSED", "RUNNING", "CANCELLED"]
    assert is_problem(program.post(f"/runs/{running}/resume"), 409)


def test_it_begins_a_run_that_was_created(app: Flask, program: Program, lab: Lab) -> None:
    with app.app_context():
        run_id = runs.create(lab.definition_id, lab.paper_id, lab.team_id, {}, None)
    assert program.post(f"/runs/{run_id}/start").get_json()["status"] == "RUNNING"


def test_it_says_what_a_retry_would_do_and_then_does_it(app: Flask, program: Program, failed: int) -> None:
    planned = program.told(f"/runs/{failed}/retry")
    assert planned["resets"] == ["first", "second"] and statuses(app, failed)[0] == "FAILED"
    done = program.post(f"/runs/{failed}/retry", json={}).get_json()
    assert (done["resets"], done["run"]["status"]) == (planned["resets"], "RUNNING")


def test_it_retries_one_node_from_there_on(program: Program, finished: int) -> None:
    done = program.post(f"/runs/{finished}/retry", json={"node": "second", "from_here": True}).get_json()
    assert (done["resets"], done["keeps"]) == (["second"], 1)


def test_a_retry_of_what_has_moved_on_is_refused(app: Flask, program: Program, failed: int) -> None:
    seen = program.told(f"/runs/{failed}")["revision"]
    program.post(f"/runs/{failed}/retry", json={})
    with app.app_context():
        fail(claim(), "again")
    assert is_problem(program.post(f"/runs/{failed}/retry", json={"revision": seen}), 409)


def test_it_goes_on_without_a_node(app: Flask, program: Program, failed: int) -> None:
    assert is_problem(program.post(f"/runs/{failed}/nodes/first/skip", json={}), 422)
    assert program.post(f"/runs/{failed}/nodes/first/skip", json={"reason": "not needed"}).status_code == 200
    assert statuses(app, failed)[1] == {"first": "SKIPPED", "second": "READY"}
