"""Workflows: how they have fared, what a version changes, and what an operator may do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from dashboard.engine import definitions, outcomes, runs
from dashboard.engine.tables import node, run
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import WorkflowNode
from dashboard.reads import workflows
from tests import factories
from tests.views.conftest import Lab, claim, fail, start, statuses


@pytest.fixture
def second(app: Flask, lab: Lab) -> int:
    """A second version: `second` may take longer, `third` comes after it. The first is active."""
    nodes = [
        {"id": "first", "handler": "first"}, {"id": "second", "handler": "second", "timeout_seconds": 7},
        {"id": "third", "handler": "third"},
    ]  # fmt: skip
    with app.app_context():
        saved = factories.definition(lab.workflow, nodes=nodes, edges=[["first", "second"], ["second", "third"]])
        definitions.activate(lab.workflow, 1, None)
        return saved.version


def page_of(browser: FlaskClient, lab: Lab, query: str = "") -> str:
    answer = browser.get(f"/workflows/{lab.workflow}{query}")
    assert answer.status_code == 200
    return answer.text


def test_the_list_tells_how_each_has_fared(app: Flask, lab: Lab, member: FlaskClient, failed: int) -> None:
    row = member.get("/workflows").text.split(f'id="workflow-{lab.workflow}"')[1].split("</tr>")[0]
    assert "active" in row
    assert "100 %" in row


def test_nodes_are_judged_by_what_ran_to_an_end(app: Flask, lab: Lab) -> None:
    with app.app_context():
        for took in (10, 20):
            run_id = start(lab)
            outcomes.succeed(claim(), {})
            outcomes.succeed(claim(), {})
            lasted(run_id, "first", took)
        start(lab)
        fail(claim(), "no")
        record = workflows.record(lab.definition_id, 2, lab.team_id)
    first, second = record.of("first"), record.of("second")
    assert (first.number, first.failed, first.median) == (3, 1, 15)
    assert first.slow == 19.5
    assert (second.number, second.failed) == (2, 0)
    assert (record.runs.number, record.runs.failed) == (3, 1)


def test_a_cancelled_run_and_those_of_other_teams_tell_nothing(app: Flask, lab: Lab) -> None:
    with app.app_context():
        runs.cancel(start(lab), None)
        workflow = definitions.active(lab.workflow)
        factories.started_run(workflow=workflow)
        outcomes.succeed(claim(), {})
        outcomes.succeed(claim(), {})
        record = workflows.record(lab.definition_id, 2, lab.team_id)
    assert (record.runs.number, record.nodes) == (0, {})


def test_a_reused_output_took_no_time_worth_telling(app: Flask, lab: Lab) -> None:
    with app.app_context():
        start(lab)
        taken = claim()
        outcomes.succeed(taken, {}, origin=outcomes.Origin("same", reused_from=1))
        outcomes.succeed(claim(), {})
        record = workflows.record(lab.definition_id, 2, lab.team_id)
    assert set(record.nodes) == {"second"}


def test_large_shapes_are_learnt_from_fewer_runs(app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflows, "AT_LEAST", 1)
    monkeypatch.setattr(workflows, "MOST_ROWS", 4)
    with app.app_context():
        for _ in range(4):
            start(lab)
            fail(claim(), "no")
        assert workflows.record(lab.definition_id, 2, lab.team_id).runs.number == 2


def test_a_version_is_shown_with_its_changes(lab: Lab, second: int, member: FlaskClient) -> None:
    page = page_of(member, lab, f"?version={second}&against=1")
    changes = page.split('id="changes"')[1].split("</section>")[0]
    assert "second: timeout_seconds" in changes
    assert ">900<" in changes
    assert ">7<" in changes
    assert "third waits for second" in changes
    assert "<title>third: added</title>" in page


def test_the_same_version_changes_nothing(lab: Lab, member: FlaskClient) -> None:
    assert "both say the same" in page_of(member, lab, "?version=1&against=1")


def test_an_unknown_version_does_not_exist(lab: Lab, member: FlaskClient) -> None:
    for query in ("?version=9", "?version=1&against=9", "?version=0"):
        assert member.get(f"/workflows/{lab.workflow}{query}").status_code == 404
    assert member.get("/workflows/nothing").status_code == 404


def test_an_operator_activates_a_version(lab: Lab, app: Flask, second: int, operator: FlaskClient) -> None:
    assert f"Activate v{second}" in page_of(operator, lab, f"?version={second}")
    answer = operator.post(f"/workflows/{lab.workflow}/activate", data={"version": second})
    assert answer.status_code == 303
    with app.app_context():
        assert definitions.active(lab.workflow).version == second
    assert "New runs" in page_of(operator, lab)


def test_a_version_that_is_there_already_is_not_activated_by_saving_it_again(app: Flask, lab: Lab, second: int) -> None:
    """What starts the site saves the default workflow each time: an operator's choice outlives that."""
    with app.app_context():
        newest = workflows.version(lab.workflow, second)
        assert newest is not None
        again = definitions.save(lab.workflow, newest.dag)
        assert (again.version, definitions.active(lab.workflow).version) == (second, 1)


def test_an_operator_pauses_and_resumes(app: Flask, lab: Lab, operator: FlaskClient) -> None:
    operator.post(f"/workflows/{lab.workflow}/pause", data={"reason": "the host is <down>"})
    with app.app_context():
        run_id = start(lab)
    page = page_of(operator, lab)
    assert "the host is &lt;down&gt;" in page
    assert "1 run of this team waits" in page
    assert "paused" in operator.get("/workflows").text
    assert "workflow paused by" in operator.get(f"/runs/{run_id}").text
    assert operator.post(f"/workflows/{lab.workflow}/resume").status_code == 303
    assert statuses(app, run_id)[1]["first"] == "READY"
    assert "Paused" not in page_of(operator, lab)


def test_who_runs_no_site_may_look_only(lab: Lab, second: int, member: FlaskClient) -> None:
    for verb in ("activate", "pause", "resume"):
        answer = member.post(f"/workflows/{lab.workflow}/{verb}", data={"version": second})
        assert (answer.status_code, "an operator pauses" in answer.text) == (403, True)
    assert 'method="post"' not in page_of(member, lab, f"?version={second}").split("<main")[1].split("</main>")[0]


def lasted(run_id: int, name: str, seconds: int) -> None:
    """That node of a finished run took so long, and so did the run."""
    began = db.session.query(WorkflowNode).filter_by(run_id=run_id, node_id=name).one().claimed_at
    assert began is not None
    with transaction() as connection:
        ended = began + timedelta(seconds=seconds)
        mine = node.c.run_id == run_id, node.c.node_id == name
        connection.execute(update(node).where(*mine).values(finished_at=ended))
        connection.execute(update(run).where(run.c.id == run_id).values(started_at=began, finished_at=ended))
