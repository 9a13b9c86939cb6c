"""The names scripts of the earlier system call."""

from __future__ import annotations

import pytest

from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.orchestrator import WorkflowOrchestrator
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


def test_it_creates_a_run_of_the_newest_version_that_waits_to_be_started() -> None:
    factories.definition("check", **steps.shape("a"))
    newest = factories.definition("check", **steps.shape("a-b"))
    paper = factories.paper()
    person = factories.user()
    run = WorkflowOrchestrator().create_workflow_run("check", paper, {"depth": 2}, person)
    assert (run.status, run.definition_id, run.paper_id, run.team_id) == ("CREATED", newest.id, paper.id, paper.team_id)
    assert (run.input, run.started_by) == ({"depth": 2}, person.id)


def test_it_starts_a_run_once() -> None:
    factories.definition("check", **steps.shape("a"))
    orchestrator = WorkflowOrchestrator()
    run = orchestrator.create_workflow_run("check", factories.paper())
    orchestrator.start(run)
    assert steps.run_of(run.id).status == "RUNNING"
    with pytest.raises(NotAllowedError):
        orchestrator.start(run)


def test_it_says_which_workflow_is_missing() -> None:
    with pytest.raises(NotFoundError, match="'nowhere'"):
        WorkflowOrchestrator().create_workflow_run("nowhere", factories.paper())
