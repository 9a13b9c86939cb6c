"""An operator takes a silent worker's node back before its lease runs out."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from dashboard.engine import claims, doorbell, outcomes, reclaiming, reports, runs
from dashboard.engine.clock import later
from dashboard.engine.errors import ConflictError, NotAllowedError, NotFoundError
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import AuditEvent, WorkerReport
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


def seen(seconds_ago: float) -> None:
    """The worker of these tests' claims reported then."""
    reports.report("tester", ["a"], 7)
    with transaction() as connection:
        connection.execute(update(WorkerReport).values(seen_at=later(-seconds_ago)))


def test_the_node_of_a_silent_worker_may_run_again_at_once() -> None:
    run_id = steps.begin("a-b")
    seen(120)
    claim = steps.claim("a")
    doorbell.queue_of("a").empty()
    reclaiming.take_back(claim.id, claim.attempt, None)
    assert steps.statuses(run_id) == {"a": "READY", "b": "PENDING"}
    assert doorbell.rings_waiting("a") == 1
    steps.pass_node("a")
    assert steps.pass_node("b").run_status == "SUCCEEDED"


def test_it_counts_neither_as_failure_nor_as_crash() -> None:
    run_id = steps.begin("a")
    claim = steps.claim("a")
    reclaiming.take_back(claim.id, claim.attempt, None)
    node, [attempt] = factories.node_of(run_id, "a"), steps.attempts_of(claim.id)
    assert (node.failures, node.crashes, attempt.outcome, attempt.worker) == (0, 0, "revoked", "tester")
    assert attempt.started_at is not None


def test_the_worker_finds_its_claim_lost() -> None:
    steps.begin("a")
    claim = steps.claim("a")
    reclaiming.take_back(claim.id, claim.attempt, None)
    assert not claims.renew(claim, 60).is_held
    assert not outcomes.succeed(claim, {}).landed


def test_a_worker_that_lives_keeps_its_claim() -> None:
    """Seen to fail without the look at the worker's report."""
    run_id = steps.begin("a")
    seen(3)
    claim = steps.claim("a")
    with pytest.raises(NotAllowedError, match="it is alive"):
        reclaiming.take_back(claim.id, claim.attempt, None)
    assert steps.statuses(run_id) == {"a": "RUNNING"}


def test_a_claim_whose_lease_ran_out_may_be_taken_from_a_worker_that_reports() -> None:
    run_id = steps.begin("a")
    seen(3)
    claim = steps.claim("a", lease_seconds=-1)
    reclaiming.take_back(claim.id, claim.attempt, None)
    assert steps.statuses(run_id) == {"a": "READY"}


def test_another_attempt_than_the_one_that_was_looked_at_is_left_alone() -> None:
    """Seen to fail without the attempt: the new worker's claim was taken."""
    run_id = steps.begin("a")
    first = steps.claim("a")
    claims.give_back(first)
    steps.claim("a")
    with pytest.raises(ConflictError, match="has moved on"):
        reclaiming.take_back(first.id, first.attempt, None)
    assert steps.statuses(run_id) == {"a": "RUNNING"}


def test_a_node_that_has_ended_is_left_alone() -> None:
    steps.begin("a")
    claim = steps.claim("a")
    outcomes.succeed(claim, {})
    with pytest.raises(ConflictError, match="succeeded"):
        reclaiming.take_back(claim.id, claim.attempt, None)


def test_there_must_be_such_a_node() -> None:
    with pytest.raises(NotFoundError):
        reclaiming.take_back(999, 1, None)


def test_in_a_run_that_is_being_cancelled_the_node_and_the_run_end() -> None:
    run_id = steps.begin("a")
    claim = steps.claim("a")
    runs.cancel(run_id, None)
    reclaiming.take_back(claim.id, claim.attempt, None)
    assert (steps.statuses(run_id), steps.run_of(run_id).status) == ({"a": "CANCELLED"}, "CANCELLED")


def test_a_place_at_a_gate_is_free_again() -> None:
    first, second = (steps.begin("a", concurrency=1, concurrency_key="the one place") for _ in range(2))
    claim = steps.claim("a")
    assert claims.claim_next(claims.Wish("a", "tester", 60)) is None
    assert steps.statuses(second) == {"a": "HELD"}
    reclaiming.take_back(claim.id, claim.attempt, None)
    assert {**steps.statuses(first), **{"b": steps.statuses(second)["a"]}} == {"a": "READY", "b": "READY"}


def test_it_is_audited_in_the_run_s_team() -> None:
    run_id = steps.begin("a")
    claim = steps.claim("a")
    by = factories.user().id
    reclaiming.take_back(claim.id, claim.attempt, by)
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "claim.release")).one()
    assert (line.object_id, line.user_id, line.team_id) == (run_id, by, steps.run_of(run_id).team_id)
    assert line.detail == {"node": "a", "attempt": 1, "worker": "tester"}
