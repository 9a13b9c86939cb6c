"""Many at once, at real speed: what two can do to each other is in the tests of meetings."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask

from dashboard.engine import claims, crashes, outcomes
from dashboard.engine.claims import Wish
from tests import factories
from tests.concurrency.racing import race
from tests.crowd import invariants
from tests.engine import steps


@pytest.mark.parametrize(("parents", "rounds"), [(2, 20), (3, 10), (8, 4), (64, 1)])
def test_the_last_of_many_parents_makes_the_child_ready_once(in_app: Flask, parents: int, rounds: int) -> None:
    """Seen to fail: without `enter_run` in `succeed`, the child of two waited for ever in most rounds."""
    names = [f"p{number}" for number in range(parents)]
    for _ in range(rounds):
        run_id = steps.begin(" ".join(f"{name}-child" for name in names))
        held = [steps.claim(name) for name in names]
        landings = race(in_app, [partial(outcomes.succeed, claim, {}) for claim in held])
        rung = [landing.ready for landing in landings if isinstance(landing, outcomes.Landing) and landing.landed]
        assert sorted(rung) == [()] * (parents - 1) + [("child",)]
        assert steps.statuses(run_id)["child"] == "READY"
        assert steps.pass_node("child").run_status == "SUCCEEDED"
    assert invariants.broken() == {}


def test_claimers_never_get_the_same_node(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `_FIRST_READY`, some nodes were claimed twice."""
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
    """Seen to fail: without token, status and lease in the reaper's UPDATE, a second one wrote the crash again."""
    for _ in range(5):
        claim = factories.expired_node(nodes=[{"id": "a"}])
        results = race(in_app, [partial(crashes.reap, 3)] * 4)
        assert sorted(results, key=repr) == [["default"], [], [], []]
        row = factories.node_of(claim.run_id, "a")
        assert (row.status, row.crashes) == ("READY", 1)
        assert len(steps.attempts_of(claim.id)) == 1
        assert claims.claim_next(Wish("default", "tidy", 60)) is not None
