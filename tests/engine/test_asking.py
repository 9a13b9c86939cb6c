"""A node that asks a person waits for the answer, and for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from dashboard.engine import asking, claims, doorbell, holding, outcomes, questions, retrying, runs, skipping
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.errors import ConflictError, InvalidInputError, NotAllowedError
from dashboard.engine.outcomes import LogLine
from dashboard.engine.questions import Question
from dashboard.extensions import db
from dashboard.models import AuditEvent, NodeLog
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")

LICENCE = Question("licence", "May we use these data?", ("yes", "no"))
WHY = Question("why", "What are they for?")


def asked(*which: Question) -> tuple[int, Claim]:
    """A run whose first node has asked."""
    run_id = steps.begin("a-b")
    claim = steps.claim("a")
    assert asking.ask(claim, which or (LICENCE,)).landed
    return run_id, claim


def say(run_id: int, key: str, words: str) -> None:
    asking.answer(run_id, "a", key, words, None)


def known(claim: Claim) -> dict[str, str]:
    return dict(questions.answers(claim.id, claim.generation))


def test_it_is_held_with_its_question_and_the_attempt_is_no_failure() -> None:
    run_id, claim = asked()
    node = factories.node_of(run_id, "a")
    assert (node.status, node.hold_reason, node.failures, node.claim_token) == ("HELD", LICENCE.words, 0, None)
    assert [one.outcome for one in steps.attempts_of(claim.id)] == ["asked"]
    assert claims.claim_next(Wish("a", "tester", 60)) is None


def test_answered_it_runs_again_and_knows_the_answer() -> None:
    run_id, _ = asked()
    doorbell.queue_of("a").empty()
    say(run_id, "licence", " yes ")
    assert doorbell.rings_waiting("a") == 1
    again = steps.claim("a")
    assert (again.attempt, known(again)) == (2, {"licence": "yes"})
    outcomes.succeed(again, {})
    assert steps.pass_node("b").run_status == "SUCCEEDED"


def test_it_runs_only_when_every_question_is_answered() -> None:
    run_id, _ = asked(LICENCE, WHY)
    assert factories.node_of(run_id, "a").hold_reason == f"{LICENCE.words} (and 1 more)"
    say(run_id, "why", "for science")
    assert steps.statuses(run_id)["a"] == "HELD"
    say(run_id, "licence", "no")
    assert steps.statuses(run_id)["a"] == "READY"


@pytest.mark.parametrize(
    ("key", "words"), [("licence", "perhaps"), ("licence", ""), ("why", " "), ("why", "x" * 10_001)]
)
def test_what_is_no_answer_is_not_taken(key: str, words: str) -> None:
    run_id, claim = asked(LICENCE, WHY)
    with pytest.raises(InvalidInputError):
        say(run_id, key, words)
    assert (steps.statuses(run_id)["a"], known(claim)) == ("HELD", {})


def test_a_second_answer_changes_nothing() -> None:
    run_id, claim = asked(LICENCE, WHY)
    say(run_id, "licence", "no")
    with pytest.raises(ConflictError):
        say(run_id, "licence", "yes")
    assert known(claim) == {"licence": "no"}


def test_asking_the_same_again_keeps_the_answer() -> None:
    run_id, claim = asked()
    say(run_id, "licence", "yes")
    again = steps.claim("a")
    assert asking.ask(again, [LICENCE, WHY]).landed
    assert known(claim) == {"licence": "yes"}
    say(run_id, "why", "for science")
    assert steps.statuses(run_id)["a"] == "READY"


def test_only_an_answer_releases_it() -> None:
    run_id, _ = asked()
    with pytest.raises(NotAllowedError, match="waits for an answer"):
        holding.release(run_id, "a", None)
    with pytest.raises(NotAllowedError, match="waits for an answer"):
        holding.hold(run_id, "a", "ask the chair", None)
    runs.pause(run_id, None)
    runs.resume(run_id, None)
    assert steps.statuses(run_id)["a"] == "HELD"


def test_answered_in_a_paused_run_it_waits_for_the_run() -> None:
    run_id, _ = asked()
    runs.pause(run_id, None)
    say(run_id, "licence", "yes")
    assert steps.statuses(run_id)["a"] == "HELD"
    runs.resume(run_id, None)
    assert steps.statuses(run_id)["a"] == "READY"


def test_one_may_go_on_without_it() -> None:
    run_id, _ = asked()
    skipping.skip(run_id, "a", "nobody knows", None)
    assert steps.statuses(run_id) == {"a": "SKIPPED", "b": "READY"}
    with pytest.raises(ConflictError):
        say(run_id, "licence", "yes")


def test_a_retry_asks_afresh() -> None:
    run_id, _ = asked()
    runs.cancel(run_id, None)
    retrying.retry(run_id, "a", False, None, None)
    again = steps.claim("a")
    assert known(again) == {}
    assert asking.ask(again, [LICENCE]).landed
    say(run_id, "licence", "no")
    assert known(again) == {"licence": "no"}


def test_a_retry_does_not_lift_what_a_person_holds() -> None:
    run_id = steps.begin("a-b")
    holding.hold(run_id, "a", "ask the chair", None)
    runs.cancel(run_id, None)
    retrying.retry(run_id, "a", False, None, None)
    assert steps.statuses(run_id)["a"] == "HELD"


def test_a_worker_that_lost_its_claim_asks_nothing() -> None:
    run_id = steps.begin("a-b")
    lost = steps.claim("a")
    assert claims.give_back(lost)
    assert not asking.ask(lost, [LICENCE]).landed
    assert steps.statuses(run_id)["a"] == "READY"


def test_in_a_run_being_cancelled_nobody_is_asked() -> None:
    run_id = steps.begin("a-b")
    claim = steps.claim("a")
    runs.cancel(run_id, None)
    landing = asking.ask(claim, [LICENCE])
    assert (landing.landed, landing.run_status, steps.statuses(run_id)["a"]) == (True, "CANCELLED", "CANCELLED")


def test_its_place_at_a_gate_is_free_for_the_next() -> None:
    one = steps.begin("a", concurrency=1, concurrency_key="gpu")
    two = steps.begin("a", concurrency=1, concurrency_key="gpu")
    claim = steps.claim("a")
    assert claims.claim_next(Wish("a", "tester", 60)) is None
    assert asking.ask(claim, [LICENCE]).ready == ("a",)
    assert {steps.statuses(run_id)["a"] for run_id in (one, two)} == {"HELD", "READY"}


def test_the_log_and_the_audit_trail_tell_of_it() -> None:
    run_id = steps.begin("a")
    claim = steps.claim("a")
    asking.ask(claim, [LICENCE], [LogLine(1, "info", "before asking", datetime.now(UTC))])
    say(run_id, "licence", "no")
    assert db.session.scalars(select(NodeLog.message)).all() == ["before asking"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "node.answer")).one()
    assert event.detail == {"node": "a", "question": "licence", "answer": "no"}


@pytest.mark.parametrize("wrong", [{"key": ""}, {"words": " "}, {"words": "x" * 4001}, {"choices": ("yes", "")}])
def test_a_question_says_something(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        Question(**{"key": "k", "words": "w", **wrong})  # type: ignore[arg-type]
