"""How far a run is, the number pages poll on, and why a node waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from dashboard.engine import claims, crashes, holding, outcomes, progress, reports, retrying, runs, skipping
from dashboard.engine.clock import later
from dashboard.engine.errors import NotFoundError
from dashboard.engine.tables import node
from dashboard.engine.transactions import transaction
from dashboard.models import WorkerReport
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


def reason(run_id: int, node_id: str) -> str | None:
    return progress.why_waiting(run_id).get(factories.node_of(run_id, node_id).id)


def test_the_version_grows_with_every_change_of_the_run() -> None:
    run_id = steps.begin("a-b b-c x")
    versions = [progress.version_of(run_id)]

    def then(act: Callable[[], object]) -> None:
        act()
        versions.append(progress.version_of(run_id))

    then(lambda: runs.pause(run_id, None))
    then(lambda: runs.resume(run_id, None))
    then(lambda: steps.claim("a", lease_seconds=-1))
    then(lambda: crashes.reap(3))
    claim = steps.claim("a")
    then(lambda: claims.give_back(claim))
    claim = steps.claim("a")
    then(lambda: outcomes.succeed(claim, {}))
    claim = steps.claim("b")
    then(lambda: outcomes.fail(claim, steps.FOR_GOOD))
    then(lambda: skipping.skip(run_id, "b", "no", None))
    then(lambda: retrying.retry(run_id, "a", False, None, None))
    then(lambda: runs.cancel(run_id, None))
    assert versions == sorted(set(versions))


def test_progress_counts_what_is_finished() -> None:
    run_id = steps.begin("a-b b-c x")
    assert progress.of_run(run_id).percentage == 0
    steps.pass_node("a")
    steps.break_node("b")
    seen = progress.of_run(run_id)
    assert (seen.percentage, seen.total, seen.status) == (75, 4, "RUNNING")
    assert seen.counts == {"SUCCEEDED": 1, "FAILED": 1, "UPSTREAM_FAILED": 1, "READY": 1}
    assert seen.version == progress.version_of(run_id)


def test_a_run_knows_its_progress_by_the_earlier_name() -> None:
    run_id = steps.begin("a-b")
    steps.pass_node("a")
    assert steps.run_of(run_id).get_progress() == {
        "percentage": 50, "total": 2, "completed": 1, "counts": {"SUCCEEDED": 1, "READY": 1},
    }  # fmt: skip


def test_a_run_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        progress.of_run(987654)
    with pytest.raises(NotFoundError):
        progress.version_of(987654)


def test_a_pending_node_names_the_parents_it_waits_for() -> None:
    run_id = steps.begin("a-d b-d c-d")
    steps.pass_node("b")
    assert reason(run_id, "d") == "waiting for a and c"


def test_a_held_node_is_paused() -> None:
    run_id = steps.begin("a")
    runs.pause(run_id, None)
    assert reason(run_id, "a") == "paused"


def test_a_paused_node_says_who_paused_it() -> None:
    run_id = steps.begin("a")
    person = factories.user()
    runs.pause(run_id, person.id)
    assert reason(run_id, "a") == f"paused by {person.name}"


def test_a_node_a_person_holds_gives_their_reason_also_in_a_paused_run() -> None:
    run_id = steps.begin("a-b")
    holding.hold(run_id, "a", "ask the chair first", None)
    holding.hold(run_id, "b", "needs a licence", None)
    runs.pause(run_id, None)
    assert reason(run_id, "a") == "held: ask the chair first"
    assert reason(run_id, "b") == "waiting for a; then held: needs a licence"


def test_a_node_at_a_full_gate_says_what_it_waits_for() -> None:
    run_id = steps.begin("a b", concurrency=1, concurrency_key="the archive")
    steps.claim("a")
    assert claims.claim_next(claims.Wish("b", "tester", 60)) is None
    assert reason(run_id, "b") == "waits for the one place of the archive"


def test_a_node_of_a_run_not_started_says_so() -> None:
    assert reason(factories.run(), "first") == "the run has not been started"


def test_a_running_node_that_was_told_to_stop_says_so() -> None:
    run_id = steps.begin("a")
    steps.claim("a")
    runs.cancel(run_id, None)
    assert reason(run_id, "a") == "worker tester was told to stop"


def test_the_more_urgent_are_ahead_however_late_they_came() -> None:
    reports.report("host:1", ["a"], 1)
    first = steps.begin("a", priority=5)
    steps.begin("a", priority=1)
    steps.begin("a", priority=9)
    assert reason(first, "a") == "queued, 1 ahead"


def test_a_running_node_needs_no_reason() -> None:
    run_id = steps.begin("a")
    steps.claim("a")
    assert reason(run_id, "a") is None


def test_a_silent_worker_is_named() -> None:
    run_id = steps.begin("a")
    steps.claim("a", lease_seconds=-5)
    assert reason(run_id, "a") == "worker tester is silent and is being replaced"


def test_a_retry_says_when_and_how_often() -> None:
    run_id = steps.begin("a")
    outcomes.fail(steps.claim("a"), steps.IN_PASSING)
    with transaction() as connection:
        connection.execute(update(node).where(node.c.run_id == run_id).values(available_at=later(30)))
    assert reason(run_id, "a") in {"retry in 30 s (2 of 3)", "retry in 29 s (2 of 3)"}


def test_a_queue_nobody_serves_is_named() -> None:
    assert reason(steps.begin("gpu"), "gpu") == "no worker serves the queue gpu"


def test_a_queue_whose_workers_are_gone_says_since_when() -> None:
    run_id = steps.begin("a")
    reports.report("host:1", ["a", "b"], 1)
    with transaction() as connection:
        connection.execute(update(WorkerReport).values(seen_at=later(-600)))
    assert reason(run_id, "a") == "no live worker for the queue a (last seen 10 min ago)"


def test_a_queued_node_says_how_many_are_ahead() -> None:
    reports.report("host:1", ["a"], 1)
    ahead, last = steps.begin("a"), steps.begin("a")
    with transaction() as connection:
        connection.execute(update(node).where(node.c.run_id == ahead).values(available_at=later(-60)))
    assert reason(last, "a") == "queued, 1 ahead"


def test_a_finished_run_waits_for_nothing() -> None:
    assert progress.why_waiting(factories.failed_node().run_id) == {}
