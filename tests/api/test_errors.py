"""What programs are told when something is wrong: always a problem, never a page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_limiter import RequestLimit
from redis import RedisError

from dashboard.api import guard
from dashboard.extensions import limiter
from tests.api.conftest import BASE, Program, is_problem
from tests.views.conftest import Lab


def test_an_address_that_is_not_there(program: Program) -> None:
    assert is_problem(program.get("/nothing"), 404)


def test_a_method_that_is_not_taken_names_those_that_are(program: Program) -> None:
    answer = program._open("DELETE", "/runs")
    assert is_problem(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_no_token_and_a_wrong_one(app: Flask) -> None:
    for headers in ({}, {"Authorization": "Bearer psn_" + "A" * 43}):
        answer = app.test_client().get(f"{BASE}/runs", headers=headers)
        assert is_problem(answer, 401) and answer.headers["WWW-Authenticate"] == "Bearer"


def test_more_than_the_site_accepts(app: Flask, program: Program, lab: Lab) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10
    assert is_problem(program.post("/runs", json={"workflow": lab.workflow, "paper": lab.paper_id}), 413)


def test_a_fault_of_ours_tells_nothing_of_itself(app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret is 42")

    app.config.update(PROPAGATE_EXCEPTIONS=False, TESTING=False)
    monkeypatch.setattr("dashboard.reads.workflows.listed", broken)
    answer = program.get("/workflows")
    assert is_problem(answer, 500) and "secret" not in answer.text


def test_an_answer_beyond_its_description_is_a_fault(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.api.workflows.Workflows", lambda items: {"items": 7})
    with pytest.raises(ValueError, match="items"):
        program.get("/workflows")


def test_each_answer_says_how_many_requests_are_left(program: Program) -> None:
    first, second = (program.get("/workflows").headers["RateLimit"] for _ in range(2))
    assert program.get("/workflows").headers["RateLimit-Policy"] == f'"token";q={guard.AMOUNT};w={guard.SECONDS}'
    assert [int(one.split(";")[1].removeprefix("r=")) for one in (first, second)] == [599, 598]


def test_an_act_is_answered_although_redis_has_ended_since_it_was_counted(
    program: Program, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(_limit: RequestLimit) -> int:
        raise RedisError("Connection refused.")

    monkeypatch.setattr(RequestLimit, "remaining", property(end))
    answer = program.post("/runs", json={"workflow": lab.workflow, "paper": lab.paper_id})
    assert (answer.status_code, "RateLimit" in answer.headers) == (201, False)


def test_a_request_is_answered_although_another_has_just_found_redis_gone(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_gone(*_words: object, **_options: object) -> bool:
        limiter._storage_dead = True  # as the other request has noted meanwhile
        raise RedisError("Connection refused.")

    monkeypatch.setattr(limiter, "_storage_dead", False)
    monkeypatch.setattr(limiter.limiter, "hit", find_gone)
    assert program.get("/workflows").status_code == 200


def test_too_many_requests_are_told_to_wait_token_by_token(
    program: Program, stranger: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "AMOUNT", 3)
    assert [program.get("/workflows").status_code for _ in range(3)] == [200] * 3
    answer = program.get("/workflows")
    assert is_problem(answer, 429) and int(answer.headers["Retry-After"]) >= 1
    assert stranger.get("/workflows").status_code == 200
