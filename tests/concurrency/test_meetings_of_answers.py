"""A question or its answer meets another act at any point of their transactions: one end state.

Each docstring ends with how the test was seen to fail.
"""

from __future__ import annotations

from functools import partial

from flask import Flask

from dashboard.engine import asking, outcomes, questions, retrying, runs, skipping
from dashboard.engine.claims import Claim
from dashboard.engine.errors import ConflictError
from dashboard.engine.questions import Question
from tests.concurrency.meeting import Scene, meetings
from tests.concurrency.points import Act
from tests.engine import steps

USE = Question("use", "May we?", ("yes", "no"))


def ask(claim: Claim) -> Act:
    return partial(asking.ask, claim, [USE])


def answer(run_id: int, words: str) -> Act:
    return partial(asking.answer, run_id, "a", USE.key, words, None)


def asked() -> tuple[int, Claim]:
    run_id = steps.begin("a-b")
    claim = steps.claim("a")
    asking.ask(claim, [USE])
    return run_id, claim


def test_a_question_that_meets_a_cancel_is_asked_of_nobody(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, a node was HELD in a run that was CANCELLING for ever."""

    def under_way() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, ask(steps.claim("a")), partial(runs.cancel, run_id, None))

    for met in meetings(in_app, under_way):
        assert (met.one.landed, met.other) == (True, None), met.place
        assert met.statuses == {"a": "CANCELLED", "b": "CANCELLED", "run": "CANCELLED"}, met.place


def test_a_question_that_meets_a_retry_is_asked_or_lost(in_app: Flask) -> None:
    """Seen to fail: without the token in `_OWN`, the node of the new generation was HELD by the old one's question."""

    def under_way() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, ask(steps.claim("a")), partial(retrying.retry, run_id, "a", False, None, None))

    for met in meetings(in_app, under_way):
        is_retried = isinstance(met.other, retrying.RetryPlan)
        assert met.one.landed != is_retried, met.place
        assert met.statuses["a"] == ("READY" if is_retried else "HELD"), met.place


def test_of_two_answers_one_is_kept(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run` and in the lock of the node, both answers were taken."""

    def waiting() -> Scene:
        run_id, _claim = asked()
        return Scene(run_id, answer(run_id, "yes"), answer(run_id, "no"))

    for met in meetings(in_app, waiting):
        assert (met.one is None) != (met.other is None), met.place
        assert isinstance(met.other if met.one is None else met.one, ConflictError), met.place
        row = steps.claim("a")
        assert questions.answers(row.id, row.generation) == {"use": "yes" if met.one is None else "no"}, met.place


def test_an_answer_that_meets_a_pause_does_not_run_the_node(in_app: Flask) -> None:
    """Seen to fail: with READY for `standing` in `let_go`, the node was READY in a paused run."""

    def waiting() -> Scene:
        run_id, _claim = asked()
        return Scene(run_id, answer(run_id, "yes"), partial(runs.pause, run_id, None))

    for met in meetings(in_app, waiting):
        assert (met.one, met.other) == (None, None), met.place
        assert (met.statuses["a"], met.statuses["run"]) == ("HELD", "PAUSED"), met.place


def test_an_answer_that_meets_a_skip_is_kept_or_comes_too_late(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run` and on the node, a node with an end was READY."""

    def waiting() -> Scene:
        run_id, _claim = asked()
        return Scene(run_id, answer(run_id, "yes"), partial(skipping.skip, run_id, "a", "nobody knows", None))

    for met in meetings(in_app, waiting):
        assert met.other is None, met.place
        assert met.one is None or isinstance(met.one, ConflictError), met.place
        assert met.statuses["a"] == "SKIPPED", met.place


def test_a_success_and_a_question_of_one_claim_do_not_both_land(in_app: Flask) -> None:
    """Seen to fail: without the token in `_OWN`, a node that had succeeded was HELD."""

    def under_way() -> Scene:
        run_id = steps.begin("a-b")
        claim = steps.claim("a")
        return Scene(run_id, ask(claim), partial(outcomes.succeed, claim, {}))

    for met in meetings(in_app, under_way):
        assert met.one.landed != met.other.landed, met.place
        assert met.statuses["a"] == ("HELD" if met.one.landed else "SUCCEEDED"), met.place
