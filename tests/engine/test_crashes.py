"""Crashes that a worker saw: counted at once, guarded by the token, poisonous at the third."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.engine import crashes, runs
from dashboard.engine.crashes import crash
from dashboard.engine.outcomes import Failure
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")

DEATH = Failure("WorkerLost", "The process crashed.", "jobs/x.py:3 in f", "File x")


def test_a_crash_makes_the_node_ready_again_and_counts_once() -> None:
    run_id = steps.begin("a-b")
    claim = steps.claim("a")
    assert crash(claim, DEATH, 3)
    assert not crash(claim, DEATH, 3)
    assert steps.statuses(run_id) == {"a": "READY", "b": "PENDING"}
    [attempt] = steps.attempts_of(claim.id)
    assert (attempt.outcome, attempt.error_type, attempt.error_frame) == ("crashed", "WorkerLost", DEATH.frame)
    assert attempt.error_message == "The process crashed. (crash 1 of 3)"


def test_the_last_crash_allowed_poisons_the_node() -> None:
    run_id = steps.begin("a-b")
    assert crash(steps.claim("a"), DEATH, 2)
    assert crash(steps.claim("a"), DEATH, 2)
    assert steps.statuses(run_id) == {"a": "POISONED", "b": "UPSTREAM_FAILED"}


def test_a_crash_of_a_claim_that_was_lost_leaves_nothing() -> None:
    """Seen to fail without the token in `_MINE`: the new owner's attempt was ended by the old one's crash."""
    steps.begin("a")
    claim = steps.claim("a", lease_seconds=-1)
    crashes.reap(3)
    steps.claim("a")
    assert not crash(claim, DEATH, 3)
    assert not crash(replace(claim, token="0" * 32), DEATH, 3)
    assert [attempt.outcome for attempt in steps.attempts_of(claim.id)] == ["crashed"]


@pytest.mark.parametrize(("verb", "status"), [(runs.pause, "HELD"), (runs.cancel, "CANCELLED")])
def test_a_crash_in_a_run_that_is_held_back_goes_where_the_run_says(verb: object, status: str) -> None:
    run_id = steps.begin("a")
    claim = steps.claim("a")
    assert callable(verb)
    verb(run_id, None)
    assert crash(claim, DEATH, 3)
    assert steps.statuses(run_id) == {"a": status}
