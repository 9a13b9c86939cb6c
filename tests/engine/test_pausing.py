"""A paused workflow: its runs under way go on, new ones wait for it, not started."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from dashboard.engine import definitions, pausing, progress, rerunning, resuming, runs
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import AuditEvent, User, WorkflowDefinition, WorkflowPause
from jobs import sweeper
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def workflow() -> WorkflowDefinition:
    return factories.definition(**steps.shape("a-b"))


def paused(workflow: WorkflowDefinition) -> User:
    """Who paused it."""
    by = factories.user()
    pausing.pause(workflow.name, "the host is down", by.id)
    return by


def reason_of(run_id: int) -> str | None:
    return progress.why_waiting(run_id).get(factories.node_of(run_id, "a").id)


def test_a_new_run_waits_and_says_why(workflow: WorkflowDefinition) -> None:
    by = paused(workflow)
    run_id = factories.started_run(workflow=workflow)
    assert steps.statuses(run_id) == {"a": "PENDING", "b": "PENDING"}
    assert steps.run_of(run_id).status == "CREATED"
    assert reason_of(run_id) == f"workflow paused by {by.name}: the host is down"


def test_a_run_created_and_started_at_once_waits_too(workflow: WorkflowDefinition) -> None:
    paused(workflow)
    paper = factories.paper()
    run_id = runs.create_and_start(workflow.id, paper.id, paper.team_id, {}, None)
    assert (steps.run_of(run_id).status, steps.statuses(run_id)["a"]) == ("CREATED", "PENDING")


def test_so_does_a_run_that_is_run_again(workflow: WorkflowDefinition) -> None:
    old = factories.started_run(workflow=workflow)
    steps.break_node("a")
    paused(workflow)
    with transaction() as connection:
        new, queues = rerunning.rerun_within(connection, old, None).result
    assert (steps.run_of(new).status, queues) == ("CREATED", [])


def test_every_version_is_paused(workflow: WorkflowDefinition) -> None:
    paused(workflow)
    later = factories.definition(workflow.name, **steps.shape("a"))
    assert (later.version, steps.run_of(factories.started_run(workflow=later)).status) == (2, "CREATED")


def test_other_workflows_go_on(workflow: WorkflowDefinition) -> None:
    paused(workflow)
    assert steps.statuses(steps.begin("x")) == {"x": "READY"}


def test_a_run_under_way_goes_on(workflow: WorkflowDefinition) -> None:
    run_id = factories.started_run(workflow=workflow)
    paused(workflow)
    steps.pass_node("a")
    assert steps.pass_node("b").run_status == "SUCCEEDED"
    assert steps.run_of(run_id).status == "SUCCEEDED"


def test_a_resume_starts_what_waited(workflow: WorkflowDefinition) -> None:
    paused(workflow)
    waiting = [factories.started_run(workflow=workflow) for _ in range(2)]
    resuming.resume(workflow.name, None)
    assert [steps.statuses(run_id)["a"] for run_id in waiting] == ["READY", "READY"]
    assert steps.run_of(waiting[0]).started_at is not None


def test_a_resume_leaves_alone_what_nobody_started(workflow: WorkflowDefinition) -> None:
    run_id = factories.run(workflow=workflow)
    paused(workflow)
    resuming.resume(workflow.name, None)
    assert (steps.run_of(run_id).status, reason_of(run_id)) == ("CREATED", "the run has not been started")


def test_what_a_resume_could_not_start_the_sweeper_does(
    workflow: WorkflowDefinition, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused(workflow)
    run_id = factories.started_run(workflow=workflow)
    with monkeypatch.context() as patch:
        patch.setattr(resuming, "start_waiting", lambda: 0)
        resuming.resume(workflow.name, None)
    assert steps.statuses(run_id)["a"] == "PENDING"
    sweeper.sweep(3)
    assert steps.statuses(run_id)["a"] == "READY"


def test_the_sweeper_starts_nothing_while_it_is_paused(workflow: WorkflowDefinition) -> None:
    paused(workflow)
    run_id = factories.started_run(workflow=workflow)
    sweeper.sweep(3)
    assert steps.run_of(run_id).status == "CREATED"


def test_what_must_go_on_waiting_is_in_nobody_s_way(workflow: WorkflowDefinition) -> None:
    """Seen to fail without the look at the pause in `_WAITING`: the oldest were looked at again and again."""
    other = factories.definition(**steps.shape("x"))
    paused(workflow)
    paused(other)
    older, newer = (factories.started_run(workflow=one) for one in (workflow, other))
    with transaction() as connection:
        connection.execute(delete(WorkflowPause).where(WorkflowPause.name == other.name))
    assert resuming.start_waiting(most=1) == 1
    assert [steps.run_of(run_id).status for run_id in (older, newer)] == ["CREATED", "RUNNING"]


def test_a_waiting_run_can_be_cancelled_and_stays_so(workflow: WorkflowDefinition) -> None:
    paused(workflow)
    run_id = factories.started_run(workflow=workflow)
    runs.cancel(run_id, None)
    resuming.resume(workflow.name, None)
    assert steps.run_of(run_id).status == "CANCELLED"


def test_it_refuses_to_pause_twice_to_resume_what_runs_and_what_does_not_exist(workflow: WorkflowDefinition) -> None:
    with pytest.raises(NotAllowedError, match="is not paused"):
        resuming.resume(workflow.name, None)
    paused(workflow)
    with pytest.raises(NotAllowedError, match="is paused already"):
        paused(workflow)
    with pytest.raises(NotFoundError):
        pausing.pause("no such workflow", "", None)


def test_pause_resume_and_activation_are_audited(workflow: WorkflowDefinition) -> None:
    factories.definition(workflow.name, **steps.shape("a"))
    paused(workflow)
    resuming.resume(workflow.name, None)
    definitions.activate(workflow.name, 1, None)
    acts = select(AuditEvent.action, AuditEvent.detail).where(AuditEvent.object_type == "definition")
    told = {row.action: row.detail for row in db.session.execute(acts)}
    assert told["workflow.pause"]["reason"] == "the host is down"
    assert told["workflow.resume"]["name"] == workflow.name
    assert (told["definition.activate"]["before"], told["definition.activate"]["after"]) == ([2], 1)
