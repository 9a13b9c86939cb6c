"""Runs of another system on the pages: shown as any run, told apart, never retried, and run again here."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import runs, skipping
from dashboard.engine.errors import NotAllowedError
from dashboard.extensions import db
from dashboard.legacy.importing import Import
from dashboard.models import WorkflowRun
from dashboard.reads import attention, workflows
from dashboard.reads import runs as lists
from tests.legacy.rows import SAMPLES, mapped, row
from tests.views.conftest import Lab

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)

REPORT = [{"name": "report.md", "text": "report"}]
NODES: list[dict[str, Any]] = [
    {"id": "text", "output": "result.text"},
    {"id": "checks", "output": "result.checks", "log": "log", "files": REPORT},
]


@pytest.fixture
def imported(app: Flask, lab: Lab) -> tuple[int, int]:
    """A run that succeeded in the other system, and one that failed there, of the lab's workflow on one paper."""
    some = [
        row(1, pdf="good.pdf", report="# Fine"),
        row(2, pdf="good.pdf", status="failed", result="", error="E: gone"),
    ]
    with app.app_context():
        list(Import(mapped(workflow=lab.workflow, nodes=NODES), lab.team_id, SAMPLES, is_dry=False).run(some))
        first, second = db.session.query(WorkflowRun.id).order_by(WorkflowRun.id)
        return first.id, second.id


def test_the_run_its_node_and_its_log_are_shown_as_any_other(imported: tuple[int, int], member: FlaskClient) -> None:
    page = member.get(f"/runs/{imported[0]}").text
    assert "imported: it ran in old" in page and "report.md" in page
    node = member.get(f"/runs/{imported[0]}/nodes/checks").text
    assert "on old" in node and "two" in member.get(f"/runs/{imported[0]}/nodes/checks/log").text
    assert f"/runs/{imported[1]}" in member.get("/runs").text and member.get("/workflows").status_code == 200


def test_the_version_it_ran_in_is_shown_and_cannot_become_active(
    imported: tuple[int, int], lab: Lab, operator: FlaskClient
) -> None:
    page = operator.get(f"/workflows/{lab.workflow}?version=0").text
    assert "As old ran it" in page and "Activate v0" not in page and "0 ms" not in page
    answer = operator.post(f"/workflows/{lab.workflow}/activate", data={"version": "0"})
    assert answer.status_code == 422 and "ran in another system" in answer.text


def test_its_nodes_are_neither_retried_nor_skipped(app: Flask, imported: tuple[int, int], member: FlaskClient) -> None:
    page = member.get(f"/runs/{imported[1]}").text
    assert "E: gone" in page and "data-retry" not in page and "Retry" not in page
    assert "data-retry" not in member.get(f"/runs/{imported[1]}/nodes/text").text
    answer = member.post(f"/runs/{imported[1]}/retry", data={"node": "text"})
    assert answer.status_code == 409 and "Run it again instead" in answer.text
    with app.app_context(), pytest.raises(NotAllowedError, match="ran in another system"):
        skipping.skip(imported[1], "text", "never mind", None)


def test_it_is_run_again_here_in_the_version_that_is_active(
    app: Flask, imported: tuple[int, int], member: FlaskClient, lab: Lab
) -> None:
    assert f"again={imported[0]}" in member.get(f"/runs/{imported[0]}").text
    assert lab.workflow in member.get(f"/runs/new?again={imported[0]}").text
    with app.app_context():
        paper = db.session.get_one(WorkflowRun, imported[0]).paper_id
    answer = member.post("/runs/new", data={"workflow": lab.workflow, "paper": str(paper)})
    assert answer.status_code == 303
    with app.app_context():
        again = db.session.get_one(WorkflowRun, int(answer.location.rsplit("/", 1)[1]))
        assert (again.definition_id, again.paper_id) == (lab.definition_id, paper)


def test_it_is_compared_with_a_run_of_ours(
    app: Flask, imported: tuple[int, int], member: FlaskClient, lab: Lab
) -> None:
    with app.app_context():
        paper = db.session.get_one(WorkflowRun, imported[0]).paper_id
        ours = runs.create_and_start(lab.definition_id, paper, lab.team_id, {}, None)
    page = member.get(f"/runs/compare?a={imported[0]}&b={ours}")
    assert page.status_code == 200 and "no such node" in page.text
    assert all(f"{lab.workflow} {version}" in page.text for version in ("v0", "v1"))


def test_it_bends_no_figure_of_ours_and_asks_for_nobody(app: Flask, imported: tuple[int, int], lab: Lab) -> None:
    with app.app_context():
        assert workflows.record(lab.definition_id, 2, lab.team_id).runs.number == 0
        assert lists.usual_seconds([lab.definition_id]) == {}
        assert db.session.scalar(db.select(attention.counted(lab.team_id))) == 0
        assert db.session.get_one(WorkflowRun, imported[0]).score is None
