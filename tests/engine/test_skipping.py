"""Going on without a node, with a reason."""

from __future__ import annotations

import pytest

from dashboard.engine import doorbell, outcomes, runs, skipping
from dashboard.engine.errors import NotAllowedError
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


def skip(run_id: int, node_id: str, reason: str = "not needed here") -> None:
    skipping.skip(run_id, node_id, reason, None)


def test_children_of_a_skipped_failure_go_on() -> None:
    run_id = steps.begin("a-b b-c")
    steps.break_node("a")
    skip(run_id, "a")
    assert steps.statuses(run_id) == {"a": "SKIPPED", "b": "READY", "c": "PENDING"}
    steps.pass_node("b")
    assert steps.pass_node("c").run_status == "SUCCEEDED"


def test_a_skip_rings_also_for_the_ready_nodes_that_workers_passed_over_meanwhile() -> None:
    run_id = steps.begin("a b")
    doorbell.queue_of("b").empty()
    skip(run_id, "a")
    assert doorbell.rings_waiting("b") == 1


def test_a_skip_needs_a_reason_and_keeps_it() -> None:
    run_id = factories.failed_node().run_id
    with pytest.raises(NotAllowedError, match="reason"):
        skip(run_id, "first", "  ")
    skip(run_id, "first", " the code is private ")
    assert factories.node_of(run_id).wait_reason == "the code is private"


def test_skipping_the_only_failure_of_a_finished_run_ends_it_well() -> None:
    run_id = steps.begin("a")
    steps.break_node("a")
    skip(run_id, "a")
    assert steps.run_of(run_id).status == "SUCCEEDED"


def test_a_node_that_has_not_begun_can_be_skipped() -> None:
    run_id = steps.begin("a-b b-c")
    skip(run_id, "b")
    assert steps.statuses(run_id) == {"a": "READY", "b": "SKIPPED", "c": "READY"}


def test_a_node_stopped_by_a_failure_can_be_skipped_and_what_follows_goes_on() -> None:
    run_id = steps.begin("a-b b-c")
    steps.break_node("a")
    skip(run_id, "b")
    assert steps.statuses(run_id) == {"a": "FAILED", "b": "SKIPPED", "c": "READY"}
    assert steps.pass_node("c").run_status == "FAILED"


def test_what_another_failure_stops_stays_stopped() -> None:
    run_id = steps.begin("a-c b-c")
    steps.break_node("a")
    steps.break_node("b")
    skip(run_id, "a")
    assert steps.statuses(run_id)["c"] == "UPSTREAM_FAILED"
    assert steps.run_of(run_id).status == "FAILED"


def test_a_running_or_finished_node_cannot_be_skipped() -> None:
    run_id = steps.begin("a-b")
    claim = steps.claim("a")
    with pytest.raises(NotAllowedError, match="running"):
        skip(run_id, "a")
    outcomes.succeed(claim, {})
    with pytest.raises(NotAllowedError, match="succeeded"):
        skip(run_id, "a")


def test_nothing_is_skipped_before_the_run_is_started() -> None:
    run_id = factories.run()
    with pytest.raises(NotAllowedError):
        skip(run_id, "first")
    assert steps.statuses(run_id) == {"first": "PENDING", "second": "PENDING"}


def test_skipping_in_a_paused_run_holds_what_follows() -> None:
    run_id = steps.begin("a-b c")
    steps.break_node("a")
    runs.pause(run_id, None)
    skip(run_id, "a")
    assert steps.statuses(run_id) == {"a": "SKIPPED", "b": "HELD", "c": "HELD"}
