"""Runs from their creation to their end, as people steer them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from dashboard.engine import claims, definitions, outcomes, retrying, runs
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.extensions import db
from dashboard.models import AuditEvent
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")

SCHEMA = {
    "type": "object",
    "properties": {"repository": {"type": "object", "properties": {"depth": {"type": "integer"}}}},
}


def paused() -> int:
    run_id = factories.started_run()
    runs.pause(run_id, None)
    return run_id


def cancelling() -> int:
    run_id = factories.claimed_node().run_id
    runs.cancel(run_id, None)
    return run_id


def cancelled() -> int:
    run_id = factories.started_run()
    runs.cancel(run_id, None)
    return run_id


def failed() -> int:
    return factories.failed_node().run_id


def succeeded() -> int:
    claim = factories.claimed_node(nodes=[{"id": "only"}])
    outcomes.succeed(claim, {})
    return claim.run_id


LADDER: dict[str, Callable[[], int]] = {
    "CREATED": factories.run,
    "RUNNING": factories.started_run,
    "PAUSED": paused,
    "CANCELLING": cancelling,
    "CANCELLED": cancelled,
    "FAILED": failed,
    "SUCCEEDED": succeeded,
}


@pytest.mark.parametrize("status", LADDER)
def test_the_ladder_reaches_every_state(status: str) -> None:
    assert steps.run_of(LADDER[status]()).status == status


@pytest.mark.parametrize(
    ("verb", "allowed"),
    [(runs.start, {"CREATED"}), (runs.pause, {"RUNNING"}), (runs.resume, {"PAUSED"}),
     (runs.cancel, {"CREATED", "RUNNING", "PAUSED"})],
)  # fmt: skip
@pytest.mark.parametrize("status", LADDER)
def test_a_verb_that_does_not_fit_the_state_is_refused_and_changes_nothing(
    status: str, verb: Callable[[int, None], None], allowed: set[str]
) -> None:
    run_id = LADDER[status]()
    before = steps.run_of(run_id).version
    if status in allowed:
        verb(run_id, None)
        assert steps.run_of(run_id).version > before
    else:
        with pytest.raises(NotAllowedError, match=status.lower()):
            verb(run_id, None)
        assert (steps.run_of(run_id).status, steps.run_of(run_id).version) == (status, before)


@pytest.mark.parametrize("verb", [runs.start, runs.pause, runs.resume, runs.cancel])
def test_a_run_that_is_not_there_is_not_found(verb: Callable[[int, None], None]) -> None:
    with pytest.raises(NotFoundError):
        verb(987654, None)


def test_a_created_run_waits_to_be_started() -> None:
    run_id = factories.run()
    assert steps.statuses(run_id) == {"first": "PENDING", "second": "PENDING"}


def test_starting_makes_every_node_without_parents_ready() -> None:
    run_id = steps.begin("a-c b-c d")
    assert steps.statuses(run_id) == {"a": "READY", "b": "READY", "c": "PENDING", "d": "READY"}


def test_a_paper_may_have_any_number_of_runs() -> None:
    paper, workflow = factories.paper(), factories.definition()
    assert len({factories.started_run(paper, workflow) for _ in range(5)}) == 5


def test_input_that_does_not_fit_names_the_field() -> None:
    workflow = definitions.save("strict", steps.shape("a"), input_schema=SCHEMA)
    with pytest.raises(InvalidInputError, match=r"repository\.depth"):
        factories.run(workflow=workflow, repository={"depth": "deep"})


def test_input_is_kept_as_it_was_given() -> None:
    run_id = factories.run(note="Größe 📚", depth=3)
    assert steps.run_of(run_id).input == {"note": "Größe 📚", "depth": 3}


def test_pausing_holds_what_is_ready_and_lets_the_running_finish() -> None:
    run_id = steps.begin("a-c b")
    claim = steps.claim("a")
    runs.pause(run_id, None)
    assert steps.statuses(run_id) == {"a": "RUNNING", "b": "HELD", "c": "PENDING"}
    assert outcomes.succeed(claim, {}).ready == ()
    assert steps.statuses(run_id)["c"] == "HELD"


def test_resuming_makes_ready_what_was_held() -> None:
    run_id = paused()
    runs.resume(run_id, None)
    assert steps.statuses(run_id)["first"] == "READY"


def test_a_paused_run_whose_last_node_finishes_has_finished() -> None:
    run_id = steps.begin("a")
    claim = steps.claim("a")
    runs.pause(run_id, None)
    assert outcomes.succeed(claim, {}).run_status == "SUCCEEDED"


def test_cancelling_waits_for_the_running_and_tells_them() -> None:
    run_id = steps.begin("a-b c")
    claim = steps.claim("a")
    runs.cancel(run_id, None)
    assert steps.statuses(run_id) == {"a": "RUNNING", "b": "CANCELLED", "c": "CANCELLED"}
    assert claims.renew(claim, 60).is_cancelled
    outcomes.fail(claim, steps.IN_PASSING)
    assert steps.run_of(run_id).status == "CANCELLED"


def test_a_success_that_came_before_the_cancel_was_heard_is_kept() -> None:
    run_id = steps.begin("a-b")
    claim = steps.claim("a")
    runs.cancel(run_id, None)
    assert outcomes.succeed(claim, {}).landed
    assert steps.statuses(run_id) == {"a": "SUCCEEDED", "b": "CANCELLED"}
    assert steps.run_of(run_id).status == "CANCELLED"


def test_a_cancelled_run_never_begins_a_node() -> None:
    steps.begin("a-b")
    claim = steps.claim("a")
    runs.cancel(claim.run_id, None)
    claims.give_back(claim)
    assert steps.statuses(claim.run_id) == {"a": "CANCELLED", "b": "CANCELLED"}


def test_a_cancelled_run_can_be_taken_up_again() -> None:
    run_id = steps.begin("a-b")
    runs.cancel(run_id, None)
    retrying.retry(run_id, None, from_here=False, seen_version=None, by=None)
    steps.pass_node("a")
    assert steps.pass_node("b").run_status == "SUCCEEDED"


def test_every_act_on_a_run_is_in_the_audit_trail() -> None:
    run_id = factories.started_run()
    runs.pause(run_id, None)
    runs.resume(run_id, None)
    runs.cancel(run_id, None)
    found = db.session.scalars(
        select(AuditEvent.action).filter_by(object_type="run", object_id=run_id).order_by(AuditEvent.id)
    )
    assert list(found) == ["run.create", "run.start", "run.pause", "run.resume", "run.cancel"]
