"""What a success and a failure leave behind, and what a worker without its claim cannot leave."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from dashboard.engine import claims, crashes, outcomes, runs
from dashboard.engine.claims import Wish
from dashboard.engine.outcomes import Failure, KeptArtifact, LogLine
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, NodeLog
from jobs.runner import failure_of
from tests import factories
from tests.engine import steps

KEPT = KeptArtifact("report.json", "application/json", "0" * 64, 2)
LINE = LogLine(1, "info", "begun", datetime(2024, 3, 31, 1, 30, tzinfo=UTC))
pytestmark = pytest.mark.usefixtures("in_app")


def count(*models: type) -> list[int | None]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(model)) for model in models]


def kept_message(error: BaseException) -> str | None:
    claim = factories.claimed_node()
    assert outcomes.fail(claim, failure_of(error)).landed
    return steps.attempts_of(claim.id)[0].error_message


def test_success_makes_the_child_ready_once_all_parents_have_passed() -> None:
    run_id = steps.begin("a-c b-c")
    assert steps.pass_node("a").ready == ()
    assert steps.statuses(run_id) == {"a": "SUCCEEDED", "b": "READY", "c": "PENDING"}
    assert steps.pass_node("b").ready == ("c",)
    assert steps.statuses(run_id)["c"] == "READY"


def test_success_keeps_output_artifacts_and_log_of_its_attempt() -> None:
    claim = factories.claimed_node()
    assert outcomes.succeed(claim, {"pages": 12}, [KEPT], [LINE]).landed
    [attempt] = steps.attempts_of(claim.id)
    assert (attempt.outcome, attempt.output) == ("succeeded", {"pages": 12})
    assert factories.node_of(claim.run_id).committed_attempt == attempt.attempt == 1
    artifact = db.session.scalars(select(NodeArtifact)).one()
    assert (artifact.node_id, artifact.attempt, artifact.name) == (claim.id, 1, "report.json")
    line = db.session.scalars(select(NodeLog)).one()
    assert (line.node_id, line.attempt, line.message, line.at) == (claim.id, 1, "begun", LINE.at)


def test_success_may_bring_the_next_claim_along() -> None:
    claim = factories.claimed_node()
    landing = outcomes.succeed(claim, {}, wish=Wish("default", "tester", 60))
    assert landing.claim is not None
    assert landing.claim.node_id == "second"
    assert landing.ready == ()
    assert claims.is_held(landing.claim)


@pytest.mark.parametrize("verb", ["succeed", "fail"])
def test_a_stale_claim_leaves_nothing(verb: str) -> None:
    stale = factories.expired_node()
    crashes.reap(3)
    fresh = claims.claim_next(Wish("default", "other", 60))
    before = count(NodeArtifact, NodeLog, NodeAttempt)
    if verb == "succeed":
        landing = outcomes.succeed(stale, {}, [KEPT], [LINE], Wish("default", "tester", 60))
    else:
        landing = outcomes.fail(stale, steps.FOR_GOOD, [LINE])
    assert not landing.landed
    assert landing.claim is None
    assert count(NodeArtifact, NodeLog, NodeAttempt) == before
    assert fresh is not None
    assert claims.is_held(fresh)


def test_a_claim_cannot_be_ended_twice() -> None:
    claim = factories.succeeded_node()
    assert not outcomes.succeed(claim, {}).landed
    assert not outcomes.fail(claim, steps.FOR_GOOD).landed
    assert len(steps.attempts_of(claim.id)) == 1


def test_a_passing_failure_is_tried_again_after_a_wait() -> None:
    claim = factories.claimed_node()
    assert outcomes.fail(claim, steps.IN_PASSING).landed
    row = factories.node_of(claim.run_id)
    attempt = steps.attempts_of(claim.id)[0]
    assert (row.status, row.failures, attempt.outcome) == ("READY", 1, "failed")
    assert row.available_at is not None
    assert 2.4 <= (row.available_at - attempt.finished_at).total_seconds() <= 7.6
    assert claims.claim_next(Wish("default", "tester", 60)) is None


def test_the_last_allowed_attempt_fails_the_node() -> None:
    claim = factories.claimed_node(nodes=[{"id": "only", "max_attempts": 1}])
    outcomes.fail(claim, steps.IN_PASSING)
    assert steps.statuses(claim.run_id) == {"only": "FAILED"}


def test_a_permanent_failure_fails_at_once() -> None:
    claim = factories.failed_node()
    row = factories.node_of(claim.run_id)
    assert (row.status, row.failures, row.attempt) == ("FAILED", 1, 1)


def test_descendants_of_a_failure_never_start_and_siblings_go_on() -> None:
    run_id = steps.begin("a-b b-c x-y y-c")
    steps.break_node("a")
    assert steps.statuses(run_id) == {
        "a": "FAILED", "b": "UPSTREAM_FAILED", "c": "UPSTREAM_FAILED", "x": "READY", "y": "PENDING",
    }  # fmt: skip
    assert steps.run_of(run_id).status == "RUNNING"
    steps.pass_node("x")
    assert steps.statuses(run_id)["y"] == "READY"


def test_a_run_fails_only_when_nothing_is_left_to_do() -> None:
    run_id = steps.begin("a b")
    assert steps.break_node("a").run_status == "RUNNING"
    assert steps.pass_node("b").run_status == "FAILED"
    assert steps.run_of(run_id).finished_at is not None


def test_a_run_succeeds_with_its_last_node() -> None:
    run_id = steps.begin("a-b")
    steps.pass_node("a")
    assert steps.pass_node("b").run_status == "SUCCEEDED"
    run = steps.run_of(run_id)
    assert run.status == "SUCCEEDED"
    assert run.finished_at is not None


@pytest.mark.parametrize(
    ("score", "kept"), [(71, 71.0), (0.5, 0.5), (0, 0.0), (True, None), ("71", None), (None, None)]
)
def test_a_number_named_score_is_the_score_of_the_run(score: object, kept: float | None) -> None:
    claim = factories.succeeded_node(score=score)
    assert steps.run_of(claim.run_id).score == kept


def test_a_failure_in_a_paused_run_is_held() -> None:
    claim = factories.claimed_node()
    runs.pause(claim.run_id, None)
    outcomes.fail(claim, steps.IN_PASSING)
    assert factories.node_of(claim.run_id).status == "HELD"


def test_an_end_in_a_cancelled_run_is_the_end_of_the_run() -> None:
    claim = factories.claimed_node()
    runs.cancel(claim.run_id, None)
    assert outcomes.fail(claim, steps.IN_PASSING).run_status == "CANCELLED"
    assert steps.attempts_of(claim.id)[0].outcome == "cancelled"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Bücher 📚 in Übersee", "Bücher 📚 in Übersee"),
        ("before\0after", "before\ufffdafter"),
        ("half \ud83d of a pair", "half ? of a pair"),
        ("", "no message"),
        ("x" * 20_000, "x" * 16_000),
    ],
)
def test_any_text_of_an_error_can_be_kept(told: str, kept: str) -> None:
    assert kept_message(ValueError(told)) == kept


def test_an_error_of_wide_letters_is_cut_to_what_the_column_holds() -> None:
    assert kept_message(ValueError("📚" * 50_000)) == "📚" * 16_000


def test_a_failure_keeps_type_traceback_and_our_last_frame() -> None:
    try:
        factories.definition(name="broken", nodes=[])
    except Exception as error:
        failure = failure_of(error)
    assert failure.type == "InvalidInputError"
    assert failure.frame.startswith("dashboard/engine/dag.py:")
    assert failure.frame.endswith(" in parse")
    assert "Traceback (most recent call last)" in failure.traceback


def test_a_failure_too_long_for_its_columns_is_cut() -> None:
    claim = factories.claimed_node()
    outcomes.fail(claim, Failure("T" * 999, "m", "f" * 999, "first " + "t" * 300_000 + " last", is_permanent=True))
    attempt = steps.attempts_of(claim.id)[0]
    assert (len(attempt.error_type or ""), len(attempt.error_frame or "")) == (200, 500)
    assert attempt.traceback is not None
    assert attempt.traceback.endswith(" last")


def test_a_child_that_is_handed_over_has_not_waited() -> None:
    claim = factories.claimed_node()
    time.sleep(0.05)
    assert outcomes.succeed(claim, {}, wish=Wish("default", "tester", 60)).claim is not None
    child = factories.node_of(claim.run_id, "second")
    assert child.claimed_at == child.available_at
