"""Retry by a person: said before, done as said, and never to a run that then cannot end."""

from __future__ import annotations

import pytest

from dashboard.engine import claims, doorbell, outcomes, progress, retrying, runs, skipping
from dashboard.engine.errors import ConflictError, NotAllowedError, NotFoundError
from dashboard.engine.retrying import RetryPlan
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


def retry(run_id: int, node_id: str | None = None, from_here: bool = False) -> RetryPlan:
    return retrying.retry(run_id, node_id, from_here, seen_version=None, by=None)


def test_the_plan_says_what_is_reset_and_what_is_kept() -> None:
    run_id = steps.begin("a-b b-c c-d")
    steps.pass_node("a")
    steps.break_node("b")
    plan = retrying.plan(run_id, "b")
    assert plan.sentence == (
        "Retry b. Also resets 2 later nodes: c, d. Keeps 1 finished node. Attempt 1's log is kept."
    )
    assert (plan.resets, plan.keeps) == (("b", "c", "d"), 1)


def test_planning_changes_nothing() -> None:
    run_id = factories.failed_node().run_id
    before = progress.version_of(run_id)
    retrying.plan(run_id)
    assert progress.version_of(run_id) == before


@pytest.mark.parametrize(("node_id", "from_here"), [("b", False), ("a", True), (None, False)])
def test_a_retry_does_what_its_plan_said(node_id: str | None, from_here: bool) -> None:
    run_id = steps.begin("a-b b-c")
    steps.pass_node("a")
    steps.break_node("b")
    assert retrying.plan(run_id, node_id, from_here) == retry(run_id, node_id, from_here)


def test_retrying_one_node_revives_what_waited_for_it() -> None:
    run_id = steps.begin("a-b b-c")
    steps.pass_node("a")
    steps.break_node("b")
    retry(run_id, "b")
    assert steps.statuses(run_id) == {"a": "SUCCEEDED", "b": "READY", "c": "PENDING"}
    assert steps.run_of(run_id).status == "RUNNING"
    steps.pass_node("b")
    assert steps.pass_node("c").run_status == "SUCCEEDED"


def test_retrying_from_here_does_everything_after_it_again() -> None:
    run_id = steps.begin("a-b b-c x")
    for name in "abcx":
        steps.pass_node(name)
    retry(run_id, "b", from_here=True)
    assert steps.statuses(run_id) == {"a": "SUCCEEDED", "b": "READY", "c": "PENDING", "x": "SUCCEEDED"}


def test_retrying_one_keeps_the_successes_after_it() -> None:
    run_id = steps.begin("a-b")
    steps.pass_node("a")
    steps.pass_node("b")
    retry(run_id, "a")
    assert steps.statuses(run_id) == {"a": "READY", "b": "SUCCEEDED"}


def test_retrying_all_takes_up_every_failure() -> None:
    run_id = steps.begin("a-c b-c d")
    for name in "ab":
        steps.break_node(name)
    steps.pass_node("d")
    assert retry(run_id).resets == ("a", "b", "c")
    assert steps.statuses(run_id) == {"a": "READY", "b": "READY", "c": "PENDING", "d": "SUCCEEDED"}


def test_the_generation_grows_and_the_attempts_count_on() -> None:
    claim = factories.failed_node()
    retry(claim.run_id, "first")
    row = factories.node_of(claim.run_id)
    assert (row.attempt, row.generation, row.failures, row.crashes) == (1, 1, 0, 0)
    again = claims.claim_next(claims.Wish("default", "tester", 60))
    assert again is not None
    assert (again.attempt, again.generation) == (2, 1)
    assert [attempt.outcome for attempt in steps.attempts_of(claim.id)] == ["failed"]


def test_a_node_retried_no_longer_shows_its_old_output() -> None:
    claim = factories.succeeded_node(pages=3)
    retry(claim.run_id, "first")
    assert factories.node_of(claim.run_id).committed_attempt is None


def test_a_retry_of_what_has_changed_meanwhile_is_a_conflict() -> None:
    run_id = factories.failed_node().run_id
    seen = progress.version_of(run_id)
    retrying.retry(run_id, None, from_here=False, seen_version=seen, by=None)
    with pytest.raises(ConflictError):
        retrying.retry(run_id, None, from_here=False, seen_version=seen, by=None)


def test_retrying_a_running_node_takes_it_from_its_worker() -> None:
    claim = factories.claimed_node()
    retry(claim.run_id, "first")
    assert not claims.is_held(claim)
    assert not outcomes.succeed(claim, {}).landed
    assert factories.node_of(claim.run_id).status == "READY"
    assert [attempt.outcome for attempt in steps.attempts_of(claim.id)] == ["revoked"]


def test_a_retry_rings_also_for_the_ready_nodes_that_workers_passed_over_meanwhile() -> None:
    run_id = steps.begin("a b")
    steps.break_node("a")
    doorbell.queue_of("b").empty()
    retry(run_id, "a")
    assert doorbell.rings_waiting("b") == 1


def test_what_another_failure_stops_too_stays_stopped() -> None:
    run_id = steps.begin("a-c b-c c-d a-e")
    steps.break_node("a")
    steps.break_node("b")
    retry(run_id, "a")
    assert steps.statuses(run_id) == {
        "a": "READY", "b": "FAILED", "c": "UPSTREAM_FAILED", "d": "UPSTREAM_FAILED", "e": "PENDING",
    }  # fmt: skip
    steps.pass_node("a")
    assert steps.pass_node("e").run_status == "FAILED"


def test_from_here_too_leaves_stopped_what_another_failure_stops() -> None:
    run_id = steps.begin("a-c b-c")
    steps.break_node("a")
    steps.break_node("b")
    retry(run_id, "a", from_here=True)
    assert steps.statuses(run_id)["c"] == "UPSTREAM_FAILED"
    assert steps.pass_node("a").run_status == "FAILED"


def test_a_failure_that_was_skipped_stops_nothing() -> None:
    run_id = steps.begin("a-b b-d c-d d-e")
    steps.break_node("a")
    skipping.skip(run_id, "b", "known to be empty", None)
    steps.break_node("c")
    retry(run_id, "c")
    steps.pass_node("c")
    assert steps.statuses(run_id)["d"] == "READY"


def test_a_child_that_has_not_begun_waits_for_its_parent_again() -> None:
    run_id = steps.begin("a-b")
    steps.pass_node("a")
    retry(run_id, "a")
    assert steps.statuses(run_id) == {"a": "READY", "b": "PENDING"}


def test_a_node_whose_parent_failed_since_cannot_be_retried_alone() -> None:
    run_id = steps.begin("a-b")
    steps.pass_node("a")
    steps.break_node("b")
    retry(run_id, "a")
    steps.break_node("a")
    with pytest.raises(NotAllowedError, match="retry a"):
        retry(run_id, "b")
    retry(run_id)
    steps.pass_node("a")
    assert steps.pass_node("b").run_status == "SUCCEEDED"


def test_a_cancelled_node_behind_a_cancelled_one_cannot_be_retried_alone() -> None:
    run_id = steps.begin("a-b")
    runs.cancel(run_id, None)
    with pytest.raises(NotAllowedError, match="retry a"):
        retry(run_id, "b")


def test_a_node_that_never_started_is_refused_and_the_failure_named() -> None:
    run_id = steps.begin("a-b b-c")
    steps.break_node("a")
    with pytest.raises(NotAllowedError, match="c never started: retry a"):
        retry(run_id, "c")


def test_there_is_nothing_to_retry_where_nothing_failed() -> None:
    run_id = steps.begin("a-b")
    with pytest.raises(NotAllowedError, match="No node of this run has failed"):
        retry(run_id)
    with pytest.raises(NotAllowedError, match="nothing to retry yet"):
        retry(run_id, "b")


def test_a_run_not_started_or_being_cancelled_takes_no_retry() -> None:
    with pytest.raises(NotAllowedError):
        retry(factories.run(), "first")
    claim = factories.claimed_node()
    runs.cancel(claim.run_id, None)
    with pytest.raises(NotAllowedError):
        retry(claim.run_id, "first")


def test_a_retry_in_a_paused_run_waits_for_the_resume() -> None:
    run_id = steps.begin("a b")
    steps.break_node("a")
    runs.pause(run_id, None)
    retry(run_id, "a")
    assert steps.statuses(run_id) == {"a": "HELD", "b": "HELD"}
    assert steps.run_of(run_id).status == "PAUSED"


def test_a_node_or_a_run_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        retry(factories.failed_node().run_id, "elsewhere")
    with pytest.raises(NotFoundError):
        retry(987654)
