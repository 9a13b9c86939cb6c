"""Workers and reapers that meet at any point of their transactions: nothing is lost, and nothing counts twice.

Each docstring ends with how the test was seen to fail.
"""

from __future__ import annotations

from functools import partial

from flask import Flask

from dashboard.engine import claims, crashes, outcomes
from dashboard.engine.claims import Claim, Renewal, Wish
from dashboard.engine.outcomes import Failure, Landing
from tests import factories
from tests.concurrency.meeting import Scene, meetings
from tests.concurrency.points import Act
from tests.engine import steps

DEATH = Failure("WorkerLost", "killed by signal 9")


def succeed(claim: Claim) -> Act:
    return partial(outcomes.succeed, claim, {})


def claim_from(queue: str) -> Act:
    return partial(claims.claim_next, Wish(queue, "another", 60))


def reap() -> list[str]:
    return crashes.reap(max_crashes=3)


def test_two_parents_make_their_child_ready_once(in_app: Flask) -> None:
    """Seen to fail: without `enter_run` in `succeed`, the child waited for ever."""

    def two_parents() -> Scene:
        run_id = steps.begin("a-c b-c")
        return Scene(run_id, succeed(steps.claim("a")), succeed(steps.claim("b")))

    for met in meetings(in_app, two_parents):
        assert sorted([met.one.ready, met.other.ready]) == [(), ("c",)], met.place
        assert met.statuses["c"] == "READY", met.place


def test_two_parents_that_claim_on_give_their_child_to_one(in_app: Flask) -> None:
    """Seen to fail: without `enter_run` in `succeed`, the child was claimed by neither and waited for ever."""

    def two_parents() -> Scene:
        run_id = steps.begin("a-c b-c")
        wish = Wish("c", "another", 60)
        acts = [partial(outcomes.succeed, steps.claim(name), {}, wish=wish) for name in ("a", "b")]
        return Scene(run_id, *acts)

    for met in meetings(in_app, two_parents):
        assert [met.one.claim, met.other.claim].count(None) == 1, met.place
        assert met.statuses["c"] == "RUNNING", met.place


def test_a_parent_that_fails_and_one_that_succeeds_end_the_run(in_app: Flask) -> None:
    """Seen to fail: without `enter_run` in `succeed`, the run stayed RUNNING with nothing left to do."""

    def two_parents() -> Scene:
        run_id = steps.begin("a-c b-c")
        return Scene(run_id, succeed(steps.claim("a")), partial(outcomes.fail, steps.claim("b"), steps.FOR_GOOD))

    for met in meetings(in_app, two_parents):
        assert met.one.landed and met.other.landed, met.place
        ends = {"a": "SUCCEEDED", "b": "FAILED", "c": "UPSTREAM_FAILED", "run": "FAILED"}
        assert met.statuses == ends, met.place


def test_a_late_success_or_the_reaper_takes_the_node(in_app: Flask) -> None:
    """Seen to fail: without token and status in `_SUCCEED`, the reaped claim wrote a second end of its attempt."""

    def late() -> Scene:
        run_id = steps.begin("a-b")
        return Scene(run_id, succeed(steps.claim("a", lease_seconds=-1)), reap)

    for met in meetings(in_app, late):
        assert isinstance(met.one, Landing), met.place
        landed, reaped = met.one.landed, met.other == ["a"]
        assert landed != reaped, met.place
        assert met.attempts("a") == (["succeeded"] if landed else ["crashed"]), met.place
        ends = ("SUCCEEDED", "READY") if landed else ("READY", "PENDING")
        assert met.statuses == {"a": ends[0], "b": ends[1], "run": "RUNNING"}, met.place


def test_a_late_renewal_or_the_reaper_takes_the_node(in_app: Flask) -> None:
    """Seen to fail: without the lease in the reaper's UPDATE, a node renewed since the reaper's look was taken away."""

    def late() -> Scene:
        run_id = steps.begin("a")
        return Scene(run_id, partial(claims.renew, steps.claim("a", lease_seconds=-1), 60), reap)

    for met in meetings(in_app, late):
        assert isinstance(met.one, Renewal), met.place
        ends = ("RUNNING", []) if met.one.is_held else ("READY", ["a"])
        assert (met.statuses["a"], met.other) == ends, met.place


def test_two_reapers_count_one_crash(in_app: Flask) -> None:
    """Seen to fail: without token, status and lease in the reaper's UPDATE, both wrote the crash."""

    def expired() -> Scene:
        run_id = steps.begin("a")
        steps.claim("a", lease_seconds=-1)
        return Scene(run_id, reap, reap)

    for met in meetings(in_app, expired):
        assert sorted([met.one, met.other]) == [[], ["a"]], met.place
        row = factories.node_of(met.run_id, "a")
        assert (row.status, row.crashes, met.attempts("a")) == ("READY", 1, ["crashed"]), met.place


def test_two_claimers_of_one_node_get_it_once(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `_FIRST_READY`, both held the node."""

    def one_node() -> Scene:
        return Scene(steps.begin("a"), claim_from("a"), claim_from("a"))

    for met in meetings(in_app, one_node):
        assert [met.one, met.other].count(None) == 1, met.place
        row = factories.node_of(met.run_id, "a")
        assert (row.status, row.attempt) == ("RUNNING", 1), met.place


def test_a_node_given_back_while_its_lease_is_reaped_is_ready_once(in_app: Flask) -> None:
    """Seen to fail: without token and status in `_owned`, the reaped node was given back as well."""

    def expired() -> Scene:
        run_id = steps.begin("a")
        return Scene(run_id, partial(claims.give_back, steps.claim("a", lease_seconds=-1)), reap)

    for met in meetings(in_app, expired):
        outcome, crashes = ("given_back", 0) if met.one else ("crashed", 1)
        assert met.other == ([] if met.one else ["a"]), met.place
        assert met.attempts("a") == [outcome], met.place
        assert factories.node_of(met.run_id, "a").crashes == crashes, met.place


def test_the_new_claim_of_a_reaped_node_is_safe_from_the_old_one(in_app: Flask) -> None:
    """Seen to fail: without the token in `_SUCCEED`, the stale claim ended the new one's attempt."""

    def reaped() -> Scene:
        run_id = steps.begin("a")
        stale = steps.claim("a", lease_seconds=-1)
        reap()
        return Scene(run_id, succeed(stale), claim_from("a"))

    for met in meetings(in_app, reaped):
        assert met.one == Landing(landed=False), met.place
        assert isinstance(met.other, Claim) and claims.is_held(met.other), met.place
        assert met.attempts("a") == ["crashed"], met.place


def test_a_death_that_the_worker_saw_and_the_reaper_count_one_crash(in_app: Flask) -> None:
    """Seen to fail: without token and status in `crash`, the reaped claim wrote a second end of its attempt."""

    def expired() -> Scene:
        run_id = steps.begin("a")
        return Scene(run_id, partial(crashes.crash, steps.claim("a", lease_seconds=-1), DEATH, 3), reap)

    for met in meetings(in_app, expired):
        assert met.one is (met.other == []), met.place
        row = factories.node_of(met.run_id, "a")
        assert (row.status, row.crashes, met.attempts("a")) == ("READY", 1, ["crashed"]), met.place
