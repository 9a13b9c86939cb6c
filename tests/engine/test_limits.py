"""Of the nodes that share a key so many run at once, and a place that is left is taken by who waits for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard.engine import claims, crashes, definitions, holding, limits, outcomes, retrying, runs
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.outcomes import Failure
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")

WISH = Wish("default", "tester", 60)


def begin(number: int, places: int = 1, key: str | None = None) -> int:
    """A started run of so many nodes without edges, all in one queue and behind one gate: `n0`, `n1`, ..."""
    limit = {"concurrency": places, "concurrency_key": key or f"a host of {number}"}
    nodes = [{"id": f"n{place}", "handler": "n", **limit} for place in range(number)]
    return factories.started_run(workflow=factories.definition(nodes=nodes))


def claim() -> Claim:
    found = claims.claim_next(WISH)
    assert found is not None
    return found


def count(run_id: int, status: str) -> int:
    return list(steps.statuses(run_id).values()).count(status)


def test_no_more_than_the_places_there_are_run_at_once() -> None:
    run_id = begin(4, places=2)
    assert [claim().node_id, claim().node_id] == ["n0", "n1"]
    assert claims.claim_next(WISH) is None
    assert steps.statuses(run_id) == {"n0": "RUNNING", "n1": "RUNNING", "n2": "HELD", "n3": "HELD"}


def test_a_node_that_waits_says_for_what() -> None:
    run_id = begin(2, places=1, key="host example.org")
    claim()
    claims.claim_next(WISH)
    assert factories.node_of(run_id, "n1").wait_reason == "waits for the one place of host example.org"


def test_a_claim_looks_past_what_must_wait() -> None:
    begin(3)
    other = factories.ready_node()
    claim()
    assert claim().id == other.id


def test_a_limit_holds_over_runs_and_definitions() -> None:
    begin(1, key="shared")
    second = begin(1, key="shared")
    claim()
    assert claims.claim_next(WISH) is None
    assert steps.statuses(second) == {"n0": "HELD"}


def test_without_a_key_a_limit_holds_over_the_versions_of_a_definition() -> None:
    node = {"id": "only", "concurrency": 1}
    first = factories.definition("limited", nodes=[node])
    second = factories.definition("limited", nodes=[node, {"id": "more", "queue": "elsewhere"}])
    assert second.version == first.version + 1
    factories.started_run(workflow=first)
    run_id = factories.started_run(workflow=second)
    claim()
    assert claims.claim_next(WISH) is None
    assert steps.statuses(run_id)["only"] == "HELD"
    assert factories.node_of(run_id, "only").concurrency_key == "limited/only"


def succeed(held: Claim) -> object:
    return outcomes.succeed(held, {})


def fail(held: Claim) -> object:
    return outcomes.fail(held, steps.FOR_GOOD)


def fail_in_passing(held: Claim) -> object:
    return outcomes.fail(held, steps.IN_PASSING)


def give_back(held: Claim) -> object:
    return claims.give_back(held)


def die(held: Claim) -> object:
    return crashes.crash(held, Failure("Killed", "signal 9"), 3)


def retry(held: Claim) -> object:
    return retrying.retry(held.run_id, held.node_id, from_here=False, seen_version=None, by=None)


@pytest.mark.parametrize("leave", [succeed, fail, fail_in_passing, give_back, die, retry])
def test_whoever_leaves_a_place_lifts_the_next_that_waits(leave: Callable[[Claim], object]) -> None:
    run_id = begin(3)
    held = claim()
    claims.claim_next(WISH)
    leave(held)
    assert steps.statuses(run_id)["n1"] == "READY"
    assert steps.statuses(run_id)["n2"] == "HELD"


def test_a_success_rings_for_the_node_it_lifts() -> None:
    begin(2)
    held = claim()
    claims.claim_next(WISH)
    landing = outcomes.succeed(held, {}, wish=WISH)
    assert (landing.claim, landing.ready) == (None, ("default",))


def test_the_place_of_a_dead_worker_is_free_once_it_is_reaped() -> None:
    run_id = begin(2)
    dead = claims.claim_next(Wish("default", "doomed", -1))
    assert dead is not None
    assert claims.claim_next(WISH) is None
    assert crashes.reap(3) == ["default", "default"]
    assert count(run_id, "READY") == 2
    claim()
    assert claims.claim_next(WISH) is None


def test_the_most_urgent_that_waits_goes_first() -> None:
    key = {"concurrency": 1, "concurrency_key": "k"}
    nodes = [{"id": "holder", "priority": 1}, {"id": "late", "priority": 9}, {"id": "urgent", "priority": 2}]
    run_id = factories.started_run(workflow=factories.definition(nodes=[{**node, **key} for node in nodes]))
    held = claim()
    claims.claim_next(WISH)
    outcomes.succeed(held, {})
    assert steps.statuses(run_id) == {"holder": "SUCCEEDED", "late": "HELD", "urgent": "READY"}


def test_a_paused_run_is_passed_over_and_loses_nothing() -> None:
    begin(1, key="k")
    paused, other = begin(1, key="k"), begin(1, key="k")
    held = claim()
    claims.claim_next(WISH)
    runs.pause(paused, None)
    outcomes.succeed(held, {})
    assert (steps.statuses(paused), steps.statuses(other)) == ({"n0": "HELD"}, {"n0": "READY"})
    runs.resume(paused, None)
    assert steps.statuses(paused) == {"n0": "READY"}


def test_a_node_a_person_holds_is_not_lifted() -> None:
    run_id = begin(2)
    held = claim()
    claims.claim_next(WISH)
    holding.hold(run_id, "n1", "not yet", None)
    outcomes.succeed(held, {})
    assert limits.lift_waiters() == []
    assert steps.statuses(run_id)["n1"] == "HELD"
    holding.release(run_id, "n1", None)
    assert claim().node_id == "n1"


def test_a_cancelled_run_leaves_nobody_waiting() -> None:
    run_id = begin(2)
    claim()
    claims.claim_next(WISH)
    runs.cancel(run_id, None)
    assert steps.statuses(run_id) == {"n0": "RUNNING", "n1": "CANCELLED"}
    assert factories.node_of(run_id, "n1").at_gate is None


def test_the_sweeper_lifts_what_waits_when_a_limit_is_raised() -> None:
    run_id = begin(3, places=1, key="k")
    claim()
    claims.claim_next(WISH)
    assert limits.lift_waiters() == []
    begin(1, places=2, key="k")
    assert limits.lift_waiters() == ["default"]
    assert count(run_id, "READY") == 1


def test_a_child_behind_a_gate_is_not_handed_past_it() -> None:
    nodes = [{"id": "a"}, {"id": "b", "concurrency": 1, "concurrency_key": "k"}]
    workflow = factories.definition(nodes=nodes, edges=[["a", "b"]])
    runs_of = [factories.started_run(workflow=workflow) for _ in range(2)]
    first, second = claim(), claim()
    assert outcomes.succeed(first, {}, wish=WISH).claim is None
    assert claims.claim_next(WISH) is not None
    assert outcomes.succeed(second, {}, wish=WISH).claim is None
    assert claims.claim_next(WISH) is None
    assert [steps.statuses(run_id)["b"] for run_id in runs_of] == ["RUNNING", "HELD"]


@pytest.mark.parametrize(
    "wrong",
    [{"concurrency": 0}, {"concurrency": "many"}, {"concurrency_key": "k"}, {"concurrency": 1, "concurrency_key": ""}],
)
def test_a_limit_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError, match="only"):
        definitions.save("wrong", {"nodes": [{"id": "only", **wrong}]})


def test_a_key_too_long_to_be_kept_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="needs a concurrency_key of its own"):
        definitions.save("w" * 150, {"nodes": [{"id": "n" * 60, "concurrency": 1}]})


def test_saving_the_same_again_is_the_same_version() -> None:
    raw = {"nodes": [{"id": "only", "concurrency": 2}]}
    assert definitions.save("limited", raw).id == definitions.save("limited", raw).id


def test_a_workflow_without_limits_asks_no_gate() -> None:
    claim = factories.claimed_node()
    asked: list[str] = []
    with steps.points(asked):
        assert outcomes.succeed(claim, {}, wish=WISH).claim is not None
    assert asked
    assert not [point for point in asked if point.startswith("gate")]
