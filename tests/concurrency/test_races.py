"""Whoever comes first, one end state: races of workers, reapers and people on MariaDB."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask

from dashboard.engine import claims, outcomes, retrying, runs, skipping
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.errors import EngineError
from tests import factories
from tests.concurrency.racing import race
from tests.engine import steps

ROUNDS = range(5)


def succeed(claim: Claim) -> bool:
    return outcomes.succeed(claim, {}).landed


def retry(run_id: int) -> bool:
    return bool(retrying.retry(run_id, "a", from_here=False, seen_version=None, by=None).resets)


@pytest.mark.parametrize("parents", [2, 3, 5, 8, 12, 16])
def test_the_last_of_many_parents_makes_the_child_ready_once(in_app: Flask, parents: int) -> None:
    names = [f"p{number}" for number in range(parents)]
    shape = " ".join(f"{name}-child" for name in names)
    for _ in ROUNDS:
        run_id = steps.begin(shape)
        held = [steps.claim(name) for name in names]
        landings = race(in_app, [partial(outcomes.succeed, claim, {}) for claim in held])
        rung = [landing.ready for landing in landings if isinstance(landing, outcomes.Landing) and landing.landed]
        assert len(rung) == parents
        assert sorted(rung) == [()] * (parents - 1) + [("child",)]
        assert steps.statuses(run_id)["child"] == "READY"
        assert steps.pass_node("child").run_status == "SUCCEEDED"


def test_claimers_never_get_the_same_node(in_app: Flask) -> None:
    workflow = factories.definition(nodes=[{"id": f"node{number}"} for number in range(24)])
    factories.started_run(workflow=workflow)

    def claim_all(worker: str) -> list[int]:
        taken = []
        while claim := claims.claim_next(Wish("default", worker, 60)):
            taken.append(claim.id)
        return taken

    results = race(in_app, [partial(claim_all, f"worker {number}") for number in range(8)])
    taken = [row for result in results if isinstance(result, list) for row in result]
    assert len(taken) == len(set(taken)) == 24


def test_four_reapers_count_one_crash(in_app: Flask) -> None:
    for _ in ROUNDS:
        claim = factories.expired_node(nodes=[{"id": "a"}])
        race(in_app, [partial(claims.reap, 3)] * 4)
        row = factories.node_of(claim.run_id, "a")
        assert (row.status, row.crashes) == ("READY", 1)
        assert len(steps.attempts_of(claim.id)) == 1
        assert claims.claim_next(Wish("default", "tidy", 60)) is not None


def test_a_reaper_and_a_late_success_agree(in_app: Flask) -> None:
    for _ in ROUNDS:
        run_id = steps.begin("a")
        claim = steps.claim("a", lease_seconds=-1)
        landed, reaped = race(in_app, [partial(succeed, claim), partial(claims.reap, 3)])
        status = steps.statuses(run_id)["a"]
        assert (landed, reaped, status) in [(True, [], "SUCCEEDED"), (False, ["a"], "READY")]
        outcome = "succeeded" if landed else "crashed"
        assert [attempt.outcome for attempt in steps.attempts_of(claim.id)] == [outcome]
        assert landed or steps.pass_node("a").landed  # leaves the queue empty for the next round


def test_a_retry_and_a_success_agree(in_app: Flask) -> None:
    for _ in ROUNDS:
        run_id = steps.begin("a-b")
        claim = steps.claim("a")
        landed, retried = race(in_app, [partial(succeed, claim), partial(retry, run_id)])
        assert retried is True
        assert steps.statuses(run_id) == {"a": "READY", "b": "PENDING"}
        outcome = "succeeded" if landed else "revoked"
        assert [attempt.outcome for attempt in steps.attempts_of(claim.id)] == [outcome]
        steps.pass_node("a")
        assert steps.pass_node("b").run_status == "SUCCEEDED"


def test_a_cancel_and_a_success_agree(in_app: Flask) -> None:
    for _ in ROUNDS:
        run_id = steps.begin("a-b")
        claim = steps.claim("a")
        landed, refused = race(in_app, [partial(succeed, claim), partial(runs.cancel, run_id, None)])
        assert (landed, refused) == (True, None)
        assert steps.statuses(run_id) == {"a": "SUCCEEDED", "b": "CANCELLED"}
        assert steps.run_of(run_id).status == "CANCELLED"


def test_a_cancel_and_the_last_success_agree(in_app: Flask) -> None:
    for _ in ROUNDS:
        run_id = steps.begin("a")
        claim = steps.claim("a")
        landed, refused = race(in_app, [partial(succeed, claim), partial(runs.cancel, run_id, None)])
        assert landed is True
        ended = "SUCCEEDED" if isinstance(refused, EngineError) else "CANCELLED"
        assert steps.run_of(run_id).status == ended
        assert steps.statuses(run_id) == {"a": "SUCCEEDED"}


def test_a_cancelled_run_begins_nothing_even_for_a_claim_in_the_same_moment(in_app: Flask) -> None:
    for _ in ROUNDS:
        run_id = steps.begin("a-b")
        claim, refused = race(in_app, [partial(steps.claim, "a"), partial(runs.cancel, run_id, None)])
        assert refused is None
        if isinstance(claim, Claim):
            assert claims.renew(claim, 60).is_cancelled
            assert claims.give_back(claim)
        assert steps.statuses(run_id) == {"a": "CANCELLED", "b": "CANCELLED"}
        assert steps.run_of(run_id).status == "CANCELLED"


def test_a_pause_and_a_claim_agree(in_app: Flask) -> None:
    for _ in ROUNDS:
        run_id = steps.begin("a-b")
        claim, refused = race(in_app, [partial(steps.claim, "a"), partial(runs.pause, run_id, None)])
        assert refused is None
        assert steps.statuses(run_id)["a"] == ("RUNNING" if isinstance(claim, Claim) else "HELD")


def test_two_people_who_saw_the_same_failure_retry_it_once(in_app: Flask) -> None:
    for _ in ROUNDS:
        run_id = steps.begin("a")
        steps.break_node("a")
        seen = retrying.plan(run_id).version
        results = race(in_app, [partial(retrying.retry, run_id, None, False, seen, None)] * 2)
        assert sorted(type(result).__name__ for result in results) == ["ConflictError", "RetryPlan"]
        assert factories.node_of(run_id, "a").generation == 1
        steps.pass_node("a")


def test_a_claim_that_a_retry_takes_away_is_on_record(in_app: Flask) -> None:
    for _ in range(20):
        run_id = steps.begin("a")
        claim, _plan = race(in_app, [partial(steps.claim, "a"), partial(retry, run_id)])
        if isinstance(claim, Claim):  # else the retry had the row just then, and the claim went by
            outcomes_kept = [attempt.outcome for attempt in steps.attempts_of(claim.id)]
            assert outcomes_kept == ([] if claims.is_held(claim) else ["revoked"])
        runs.cancel(run_id, None)


def test_a_claim_and_a_skip_agree(in_app: Flask) -> None:
    for _ in range(20):
        run_id = steps.begin("a-b")
        claim, refused = race(in_app, [partial(steps.claim, "a"), partial(skipping.skip, run_id, "a", "no", None)])
        is_held = isinstance(claim, Claim) and claims.is_held(claim)
        assert is_held == isinstance(refused, EngineError)
        assert steps.statuses(run_id)["a"] == ("RUNNING" if is_held else "SKIPPED")
        assert factories.node_of(run_id, "a").attempt == is_held
        runs.cancel(run_id, None)
