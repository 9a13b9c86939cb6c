"""Idempotency-Key: asked twice, done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from dashboard.engine import repeats
from dashboard.engine.clock import later
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import KeptAnswer, WorkflowRun
from tests import factories
from tests.api.conftest import Hire, Program, is_problem
from tests.views.conftest import Lab


def start(program: Program, lab: Lab, key: str = "once", **more: Any) -> Any:
    body = {"workflow": lab.workflow, "paper": lab.paper_id, **more}
    return program.post("/runs", json=body, headers={"Idempotency-Key": key})


def number_of(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_start_asked_twice_is_one_run_and_one_answer(app: Flask, program: Program, lab: Lab) -> None:
    first, again = start(program, lab), start(program, lab)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
    assert number_of(app, WorkflowRun) == 1


def test_another_key_and_none_are_other_runs(app: Flask, program: Program, lab: Lab) -> None:
    start(program, lab)
    start(program, lab, "another")
    program.post("/runs", json={"workflow": lab.workflow, "paper": lab.paper_id})
    assert number_of(app, WorkflowRun) == 3


def test_the_same_key_for_something_else_is_refused(app: Flask, program: Program, lab: Lab) -> None:
    start(program, lab)
    assert is_problem(start(program, lab, reuse=False), 422)
    assert number_of(app, WorkflowRun) == 1


def test_a_key_is_its_persons_own(app: Flask, program: Program, hire: Hire, lab: Lab) -> None:
    start(program, lab)
    assert start(hire(lab, "admin"), lab).status_code == 201
    assert number_of(app, WorkflowRun) == 2


def test_a_refused_start_leaves_its_key_free(app: Flask, program: Program, lab: Lab) -> None:
    assert is_problem(start(program, lab, workflow="none such"), 404)
    assert start(program, lab).status_code == 201


def test_a_start_that_broke_after_the_run_was_there_is_not_done_again(
    app: Flask, program: Program, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_run_id: int) -> None:
        raise ConnectionError("The answer could not be read.")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("dashboard.api.runs.whole", cut)
        with pytest.raises(ConnectionError):
            start(program, lab)
    assert is_problem(start(program, lab), 409)
    assert number_of(app, WorkflowRun) == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "é"])
def test_a_key_of_another_shape_is_refused(app: Flask, program: Program, lab: Lab, key: str) -> None:
    assert is_problem(start(program, lab, key), 422)
    assert number_of(app, WorkflowRun) == 0


def test_a_key_is_kept_for_a_day(app: Flask, program: Program, lab: Lab) -> None:
    start(program, lab)
    with app.app_context(), writing() as session:
        session.execute(update(KeptAnswer).values(created_at=later(1 - repeats.KEPT_SECONDS)))
    start(program, lab)
    assert number_of(app, WorkflowRun) == 1
    with app.app_context(), writing() as session:
        session.execute(update(KeptAnswer).values(created_at=later(-repeats.KEPT_SECONDS - 1)))
    start(program, lab)
    assert (number_of(app, WorkflowRun), number_of(app, KeptAnswer)) == (2, 1)


def test_while_the_first_is_under_way_the_second_is_told_so(app: Flask, program: Program, lab: Lab) -> None:
    start(program, lab)
    with app.app_context(), writing() as session:
        session.execute(update(KeptAnswer).values(status=None, body=None))
    answer = start(program, lab)
    assert is_problem(answer, 409) and int(answer.headers["Retry-After"]) >= 1


def test_eight_at_once_are_one_run(app: Flask, program: Program, lab: Lab) -> None:
    with ThreadPoolExecutor(8) as pool:
        programs = [Program(app.test_client(), program.token) for _ in range(8)]  # type: ignore[arg-type]
        answers = list(pool.map(lambda one: start(one, lab), programs))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.get_json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert number_of(app, WorkflowRun) == 1


def test_an_upload_asked_twice_is_one_upload(program: Program, lab: Lab) -> None:
    def send(content: bytes) -> Any:
        sent = {"files": (BytesIO(factories.SMALLEST_PDF + content), "a.pdf")}
        return program.post("/papers", data=sent, headers={"Idempotency-Key": "k"}, content_type="multipart/form-data")

    first, again, other = send(b"a"), send(b"a"), send(b"b")
    assert first.get_json() == again.get_json() and first.get_json()["files"][0]["fate"] == "ADDED"
    assert is_problem(other, 422)
