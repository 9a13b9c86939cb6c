"""A person's pause, cancel, retry or skip meets a worker at any point of their transactions: one end state.

Each docstring ends with how the test was seen to fail.
"""

from __future__ import annotations

from functools import partial

from flask import Flask

from dashboard.engine import claims, crashes, outcomes, retrying, runs, skipping
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.errors import ConflictError, NotAllowedError
from dashboard.engine.retrying import RetryPlan
from tests import factories
from tests.concurrency.meeting import Scene, meetings
from tests.concurrency.points import Act
from tests.engine import steps


def succeed(claim: Claim) -> Act:
    return partial(outcomes.succeed, claim, {})


def claim_a() -> Claim | None:
    return claims.claim_next(Wish("a", "another", 60))


def retry(run_id: int, node_id: str | None = "a", seen_version: int | None = None) -> Act:
    return partial(retrying.retry, run_id, node_id, False, seen_version, None)


def test_a_cancelled_run_ends_once_its_last_node_has(in_app: Flask) -> None:
    """Seen to fail: without `settle` in `cancel`, the run stayed CANCELLING with nothing left to do."""

    def under_way() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, succeed(steps.claim("a")), partial(runs.cancel, run_id, None))

    for met in meetings(in_app, under_way):
        assert (met.one.landed, met.other) == (True, None), met.place
        assert met.statuses == {"a": "SUCCEEDED", "b": "CANCELLED", "run": "CANCELLED"}, met.place


def test_a_cancel_that_meets_the_last_success_is_done_or_refused(in_app: Flask) -> None:
    """Seen to fail: without CANCELLING in `_verdict`, the run that was cancelled had SUCCEEDED."""

    def last_node() -> Scene:
        run_id = steps.begin("a")
        return Scene(run_id, succeed(steps.claim("a")), partial(runs.cancel, run_id, None))

    for met in meetings(in_app, last_node):
        ended = "SUCCEEDED" if isinstance(met.other, NotAllowedError) else "CANCELLED"
        assert met.statuses == {"a": "SUCCEEDED", "run": ended}, met.place


def test_a_cancel_that_meets_a_failure_ends_the_run(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, a node was READY again in a cancelled run."""

    def failing() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, partial(outcomes.fail, steps.claim("a"), steps.IN_PASSING),
                     partial(runs.cancel, run_id, None))  # fmt: skip

    for met in meetings(in_app, failing):
        assert met.one.landed, met.place
        assert met.statuses == {"a": "CANCELLED", "b": "CANCELLED", "run": "CANCELLED"}, met.place


def test_a_cancel_that_meets_a_node_given_back_ends_the_run(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, a node was READY again in a cancelled run."""

    def given_back() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, partial(claims.give_back, steps.claim("a")), partial(runs.cancel, run_id, None))

    for met in meetings(in_app, given_back):
        assert (met.one, met.other) == (True, None), met.place
        assert met.statuses == {"a": "CANCELLED", "b": "CANCELLED", "run": "CANCELLED"}, met.place


def test_a_cancel_that_meets_the_reaper_ends_the_run(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, a node was READY again in a cancelled run."""

    def expired() -> Scene:
        run_id = steps.begin("a-b")
        steps.claim("a", lease_seconds=-1)
        return Scene(run_id, partial(crashes.reap, 3), partial(runs.cancel, run_id, None))

    for met in meetings(in_app, expired):
        crashes.reap(3)  # the next sweep: one that meets a locked row leaves it
        assert met.statuses == {"a": "CANCELLED", "b": "CANCELLED", "run": "CANCELLED"}, met.place
        assert met.attempts("a") == ["crashed"], met.place


def test_a_claim_that_meets_a_cancel_is_told_or_comes_too_late(in_app: Flask) -> None:
    """Seen to fail: without the status in `_shift`'s UPDATE, a node was CANCELLED with a claim on it."""

    def ready() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, claim_a, partial(runs.cancel, run_id, None))

    for met in meetings(in_app, ready):
        ends = ("RUNNING", "CANCELLING") if met.one else ("CANCELLED", "CANCELLED")
        assert (met.statuses["a"], met.statuses["run"]) == ends, met.place
        assert met.one is None or claims.renew(met.one, 60).is_cancelled, met.place


def test_a_claim_that_meets_a_pause_goes_on_or_comes_too_late(in_app: Flask) -> None:
    """Seen to fail: without the status in `_shift`'s UPDATE, a node was HELD with a claim on it."""

    def ready() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, claim_a, partial(runs.pause, run_id, None))

    for met in meetings(in_app, ready):
        assert met.statuses["a"] == ("RUNNING" if met.one else "HELD"), met.place
        assert met.statuses["run"] == "PAUSED", met.place


def test_what_a_success_makes_ready_in_a_paused_run_is_held(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, the child was READY in a paused run."""

    def under_way() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, succeed(steps.claim("a")), partial(runs.pause, run_id, None))

    for met in meetings(in_app, under_way):
        assert (met.one.landed, met.other) == (True, None), met.place
        assert met.statuses == {"a": "SUCCEEDED", "b": "HELD", "run": "PAUSED"}, met.place


def test_a_pause_that_meets_the_last_success_does_not_keep_the_run_open(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, the run was PAUSED with nothing left to do."""

    def last_node() -> Scene:
        run_id = steps.begin("a")
        return Scene(run_id, succeed(steps.claim("a")), partial(runs.pause, run_id, None))

    for met in meetings(in_app, last_node):
        assert met.other is None or isinstance(met.other, NotAllowedError), met.place
        assert met.statuses == {"a": "SUCCEEDED", "run": "SUCCEEDED"}, met.place


def test_what_a_success_makes_ready_while_a_run_is_resumed_is_not_held(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, the child stayed HELD in a running run."""

    def paused() -> Scene:
        run_id = steps.begin("a-b")
        claim = steps.claim("a")
        runs.pause(run_id, None)
        return Scene(run_id, succeed(claim), partial(runs.resume, run_id, None))

    for met in meetings(in_app, paused):
        assert met.statuses == {"a": "SUCCEEDED", "b": "READY", "run": "RUNNING"}, met.place


def test_a_retry_takes_the_claim_away_from_a_success_that_comes_later(in_app: Flask) -> None:
    """Seen to fail: without `RELEASED` in the retry, the node was READY with a claim on it."""

    def under_way() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, succeed(steps.claim("a")), retry(run_id))

    for met in meetings(in_app, under_way):
        assert isinstance(met.other, RetryPlan), met.place
        assert met.attempts("a") == (["succeeded"] if met.one.landed else ["revoked"]), met.place
        row = factories.node_of(met.run_id, "a")
        assert (row.status, row.generation, row.committed_attempt) == ("READY", 1, None), met.place
        assert met.statuses == {"a": "READY", "b": "PENDING", "run": "RUNNING"}, met.place


def test_a_retry_that_meets_a_claim_keeps_its_record(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE on the nodes, a claim in between was reset and its attempt is not on record."""

    def ready() -> Scene:
        run_id = steps.begin("a")
        return Scene(run_id, claim_a, retry(run_id))

    for met in meetings(in_app, ready):
        is_held = met.one is not None and claims.is_held(met.one)
        assert met.attempts("a") == (["revoked"] if met.one and not is_held else []), met.place
        assert met.statuses["a"] == ("RUNNING" if is_held else "READY"), met.place


def test_a_double_click_retries_once(in_app: Flask) -> None:
    """Seen to fail: without the version that was seen, both clicks retried."""

    def failed() -> Scene:
        run_id = steps.begin("a")
        steps.break_node("a")
        seen = retrying.plan(run_id).version
        return Scene(run_id, retry(run_id, None, seen), retry(run_id, None, seen))

    for met in meetings(in_app, failed):
        assert {type(met.one), type(met.other)} == {RetryPlan, ConflictError}, met.place
        assert factories.node_of(met.run_id, "a").generation == 1, met.place


def test_a_retry_that_meets_another_parents_success_lets_the_child_run(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, the run had FAILED with a node READY in it."""

    def one_failed() -> Scene:
        run_id = steps.begin("a-c b-c")
        steps.break_node("a")
        return Scene(run_id, retry(run_id), succeed(steps.claim("b")))

    for met in meetings(in_app, one_failed):
        assert isinstance(met.one, RetryPlan) and met.other.landed, met.place
        assert met.statuses == {"a": "READY", "b": "SUCCEEDED", "c": "PENDING", "run": "RUNNING"}, met.place


def test_a_skip_that_meets_another_parents_success_makes_the_child_ready_once(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, the run had FAILED with a node READY in it."""

    def one_failed() -> Scene:
        run_id = steps.begin("a-c b-c")
        steps.break_node("a")
        return Scene(run_id, partial(skipping.skip, run_id, "a", "known gap", None), succeed(steps.claim("b")))

    for met in meetings(in_app, one_failed):
        assert met.other.landed and met.one is None, met.place
        assert met.statuses == {"a": "SKIPPED", "b": "SUCCEEDED", "c": "READY", "run": "RUNNING"}, met.place


def test_a_run_started_twice_begins_once(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `lock_run`, both started it."""

    def created() -> Scene:
        run_id = factories.run(workflow=factories.definition(**steps.shape("a-b")))
        return Scene(run_id, partial(runs.start, run_id, None), partial(runs.start, run_id, None))

    for met in meetings(in_app, created):
        assert {type(met.one), type(met.other)} == {type(None), NotAllowedError}, met.place
        assert met.statuses == {"a": "READY", "b": "PENDING", "run": "RUNNING"}, met.place


def test_a_claim_that_meets_a_skip_goes_on_or_comes_too_late(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE on the nodes, a node was SKIPPED whose attempt is not on record."""

    def ready() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, claim_a, partial(skipping.skip, run_id, "a", "known gap", None))

    for met in meetings(in_app, ready):
        assert isinstance(met.other, NotAllowedError) == (met.one is not None), met.place
        assert met.statuses["a"] == ("RUNNING" if met.one else "SKIPPED"), met.place
        assert factories.node_of(met.run_id, "a").attempt == (met.one is not None), met.place
