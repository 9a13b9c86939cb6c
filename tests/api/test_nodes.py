"""Nodes, logs, artifacts and workflows for programs."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

from flask import Flask

from tests.api.conftest import Program, is_problem
from tests.views.conftest import FILES, Lab, artifact_ids


def test_it_lists_the_nodes_of_a_run(program: Program, failed: int) -> None:
    found = program.told(f"/runs/{failed}/nodes")["items"]
    assert [(node["node_id"], node["status"]) for node in found] == [("first", "FAILED"), ("second", "UPSTREAM_FAILED")]


def test_it_shows_what_a_node_was_given_and_handed_on(program: Program, finished: int) -> None:
    node = program.told(f"/runs/{finished}/nodes/second")
    assert node["inputs"]["from first"] == {"pages": 12, "note": "<i>"}
    assert node["output"] == {"score": 72.5}


def test_it_lists_the_attempts(program: Program, failed: int) -> None:
    (attempt,) = program.told(f"/runs/{failed}/nodes/first/attempts")["items"]
    assert (attempt["outcome"], attempt["error_type"]) == ("failed", "HostError")
    assert attempt["traceback"].startswith("Traceback")


def lines(program: Program, address: str) -> list[int]:
    answer = program.get(address)
    assert answer.status_code == 200 and answer.content_type == "application/x-ndjson", answer.text
    return [json.loads(line)["line"] for line in answer.text.splitlines()]


def test_it_sends_a_log_line_by_line(program: Program, failed: int) -> None:
    log = f"/runs/{failed}/nodes/first/log"
    assert lines(program, log) == [1, 2]
    assert lines(program, f"{log}?level=error") == [2]
    assert lines(program, f"{log}?q=ASKING") == [1]
    assert lines(program, f"{log}?attempt=2") == []


def test_a_log_is_followed_by_asking_after_the_last_line(program: Program, failed: int) -> None:
    log = f"/runs/{failed}/nodes/first/log"
    assert lines(program, f"{log}?after=1") == [2]
    assert lines(program, f"{log}?after=2") == []


def test_a_log_is_not_asked_for_in_other_ways(program: Program, failed: int) -> None:
    for query in ("level=loud", "after=-1", "attempt=0", "attempt=99999999999"):
        assert is_problem(program.get(f"/runs/{failed}/nodes/first/log?{query}"), 422), query


def test_there_is_no_node_of_another_name(program: Program, failed: int) -> None:
    for address in ("", "/attempts", "/log"):
        assert is_problem(program.get(f"/runs/{failed}/nodes/third{address}"), 404), address


def test_it_lists_and_hands_out_artifacts(app: Flask, program: Program, finished: int) -> None:
    found = {file["name"]: file for file in program.told(f"/runs/{finished}/artifacts")["items"]}
    assert {name: file["id"] for name, file in found.items()} == artifact_ids(app, finished)
    report = found["report.json"]
    assert program.told(f"/artifacts/{report['id']}") == report
    answer = program.get(f"/artifacts/{report['id']}/file")
    assert (answer.content_type, answer.data) == FILES["report.json"]


def test_it_hands_out_all_of_a_run_as_a_zip(program: Program, finished: int) -> None:
    answer = program.get(f"/runs/{finished}/artifacts.zip")
    assert answer.content_type == "application/zip" and "Content-Length" not in answer.headers
    assert set(ZipFile(BytesIO(answer.data)).namelist()) == {f"second/{name}" for name in FILES}


def test_it_lists_workflows_and_their_versions(program: Program, lab: Lab) -> None:
    assert [one["name"] for one in program.told("/workflows")["items"]] == [lab.workflow]
    (version,) = program.told(f"/workflows/{lab.workflow}/versions")["items"]
    assert (version["version"], version["is_active"]) == (1, True)
    whole = program.told(f"/workflows/{lab.workflow}/versions/1")
    assert [node["id"] for node in whole["dag"]["nodes"]] == ["first", "second"]


def test_there_is_no_workflow_of_another_name_or_version(program: Program, lab: Lab) -> None:
    assert is_problem(program.get("/workflows/none/versions"), 404)
    assert is_problem(program.get(f"/workflows/{lab.workflow}/versions/2"), 404)
