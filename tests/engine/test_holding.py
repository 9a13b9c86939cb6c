"""A node that a person holds waits for that person, whatever happens around it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dashboard.engine import claims, definitions, doorbell, holding, outcomes, retrying, runs, skipping
from dashboard.engine.claims import Wish
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.extensions import db
from dashboard.models import AuditEvent
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


def hold(run_id: int, node_id: str = "a", reason: str = "ask the chair first") -> None:
    holding.hold(run_id, node_id, reason, None)


def release(run_id: int, node_id: str = "a") -> None:
    holding.release(run_id, node_id, None)


def is_claimable(queue: str) -> bool:
    return claims.claim_next(Wish(queue, "tester", 60)) is not None


def test_a_ready_node_is_held_at_once_and_not_claimed() -> None:
    run_id = steps.begin("a-b")
    hold(run_id)
    assert steps.statuses(run_id) == {"a": "HELD", "b": "PENDING"}
    assert not is_claimable("a")
    assert factories.node_of(run_id, "a").hold_reason == "ask the chair first"


def test_released_it_is_ready_and_runs() -> None:
    run_id = steps.begin("a-b")
    hold(run_id)
    release(run_id)
    assert steps.statuses(run_id)["a"] == "READY"
    assert factories.node_of(run_id, "a").hold_reason is None
    steps.pass_node("a")
    assert steps.pass_node("b").run_status == "SUCCEEDED"


def test_a_release_rings() -> None:
    run_id = steps.begin("a")
    hold(run_id)
    doorbell.queue_of("a").empty()
    release(run_id)
    assert doorbell.rings_waiting("a") == 1


def test_a_waiting_node_is_held_when_its_parents_have_passed() -> None:
    run_id = steps.begin("a-b")
    hold(run_id, "b")
    assert steps.statuses(run_id)["b"] == "PENDING"
    assert steps.pass_node("a").ready == ()
    assert steps.statuses(run_id)["b"] == "HELD"
    release(run_id, "b")
    assert steps.pass_node("b").run_status == "SUCCEEDED"


def test_a_worker_that_is_free_does_not_take_a_held_child_along() -> None:
    run_id = steps.begin("a-b")
    hold(run_id, "b")
    claim = steps.claim("a")
    landing = outcomes.succeed(claim, {}, wish=Wish("b", "tester", 60))
    assert (landing.claim, steps.statuses(run_id)["b"]) == (None, "HELD")


def test_released_before_its_turn_it_waits_for_its_parents_only() -> None:
    run_id = steps.begin("a-b")
    hold(run_id, "b")
    release(run_id, "b")
    assert steps.statuses(run_id)["b"] == "PENDING"
    assert steps.pass_node("a").ready == ("b",)


def test_a_definition_may_hold_a_node() -> None:
    shape = steps.shape("a-b")
    shape["nodes"][0]["hold"] = "Ask the chair first"
    run_id = factories.started_run(workflow=factories.definition(**shape))
    assert steps.statuses(run_id) == {"a": "HELD", "b": "PENDING"}
    assert factories.node_of(run_id, "a").hold_reason == "Ask the chair first"
    release(run_id)
    steps.pass_node("a")


@pytest.mark.parametrize("wrong", ["", "  ", "x" * 301])
def test_a_definition_gives_its_reason(wrong: str) -> None:
    with pytest.raises(InvalidInputError, match="hold is the reason"):
        definitions.save("held", {"nodes": [{"id": "only", "hold": wrong}]})


def test_a_node_can_be_held_before_its_run_is_started() -> None:
    run_id = factories.run(workflow=factories.definition(**steps.shape("a b")))
    hold(run_id)
    runs.start(run_id, None)
    assert steps.statuses(run_id) == {"a": "HELD", "b": "READY"}


def test_resuming_a_paused_run_does_not_release_what_a_person_holds() -> None:
    run_id = steps.begin("a b")
    hold(run_id)
    runs.pause(run_id, None)
    runs.resume(run_id, None)
    assert steps.statuses(run_id) == {"a": "HELD", "b": "READY"}


def test_released_in_a_paused_run_it_stays_held_until_the_run_goes_on() -> None:
    run_id = steps.begin("a b")
    hold(run_id)
    runs.pause(run_id, None)
    release(run_id)
    assert steps.statuses(run_id)["a"] == "HELD"
    runs.resume(run_id, None)
    assert steps.statuses(run_id)["a"] == "READY"


def test_a_node_held_in_a_paused_run_stays_held_after_the_pause() -> None:
    run_id = steps.begin("a")
    runs.pause(run_id, None)
    hold(run_id)
    runs.resume(run_id, None)
    assert steps.statuses(run_id)["a"] == "HELD"


def test_a_run_with_a_held_node_goes_on_beside_it_and_does_not_end() -> None:
    run_id = steps.begin("a b")
    hold(run_id)
    assert steps.pass_node("b").run_status == "RUNNING"


def test_a_held_node_can_be_skipped_and_cancelled() -> None:
    run_id = steps.begin("a-c b")
    hold(run_id, "a")
    hold(run_id, "b")
    skipping.skip(run_id, "a", "no need", None)
    assert steps.statuses(run_id) == {"a": "SKIPPED", "b": "HELD", "c": "READY"}
    runs.cancel(run_id, None)
    assert steps.run_of(run_id).status == "CANCELLED"


def test_a_retry_of_its_parent_does_not_release_it() -> None:
    run_id = steps.begin("a-b")
    hold(run_id, "b")
    steps.break_node("a")
    retrying.retry(run_id, None, from_here=False, seen_version=None, by=None)
    steps.pass_node("a")
    assert steps.statuses(run_id)["b"] == "HELD"


def test_a_hold_needs_a_reason() -> None:
    run_id = steps.begin("a")
    with pytest.raises(NotAllowedError, match="reason"):
        hold(run_id, "a", "  ")
    assert steps.statuses(run_id)["a"] == "READY"


def test_what_has_started_or_ended_cannot_be_held() -> None:
    run_id = steps.begin("a")
    claim = steps.claim("a")
    with pytest.raises(NotAllowedError, match="a is running"):
        hold(run_id)
    outcomes.succeed(claim, {})
    with pytest.raises(NotAllowedError, match="a is succeeded"):
        hold(run_id)


def test_what_nobody_holds_cannot_be_released() -> None:
    run_id = steps.begin("a")
    with pytest.raises(NotAllowedError, match="Nobody holds a"):
        release(run_id)
    with pytest.raises(NotFoundError):
        release(run_id, "elsewhere")


def test_who_held_and_released_and_why_is_in_the_audit_trail() -> None:
    run_id = steps.begin("a")
    hold(run_id)
    release(run_id)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action.in_(["node.hold", "node.release"]))).all()
    assert [(event.action, event.object_id, event.detail["reason"]) for event in events] == [
        ("node.hold", run_id, "ask the chair first"),
        ("node.release", run_id, "ask the chair first"),
    ]
