"""Claims: who gets which node, how long it is theirs, and what happens when they fall silent."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Connection, event, text, update

from dashboard.engine import claims, crashes, outcomes, runs
from dashboard.engine.claims import Wish
from dashboard.engine.clock import later
from dashboard.engine.tables import node
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from tests import factories
from tests.engine import steps

WISH = Wish("default", "tester", 60)
pytestmark = pytest.mark.usefixtures("in_app")


def put(row: int, **values: object) -> None:
    with transaction() as connection:
        connection.execute(update(node).where(node.c.id == row).values(**values))


def test_an_empty_queue_gives_nothing() -> None:
    assert claims.claim_next(WISH) is None


def test_a_claim_says_which_node_and_which_try() -> None:
    run_id = factories.started_run()
    claim = claims.claim_next(WISH)
    assert claim is not None
    assert (claim.run_id, claim.node_id, claim.attempt, claim.generation) == (run_id, "first", 1, 0)


def test_a_claimed_node_shows_its_worker_lease_and_attempt() -> None:
    claim = factories.claimed_node("host:7", lease_seconds=60)
    row = factories.node_of(claim.run_id)
    assert (row.status, row.claimed_by, row.attempt, row.claim_token) == ("RUNNING", "host:7", 1, claim.token)
    assert row.claim_expires_at is not None
    assert row.claimed_at is not None
    assert row.deadline_at is not None
    assert (row.claim_expires_at - row.claimed_at).total_seconds() == pytest.approx(60, abs=0.01)
    assert (row.deadline_at - row.claimed_at).total_seconds() == pytest.approx(900, abs=0.01)


def test_lower_priority_numbers_go_first() -> None:
    for name, priority in [("late", 200), ("soon", 1), ("middle", 100)]:
        factories.ready_node(nodes=[{"id": name, "priority": priority}])
    taken = [claims.claim_next(WISH) for _ in range(3)]
    assert [claim and claim.node_id for claim in taken] == ["soon", "middle", "late"]


def test_who_waited_longest_goes_first_within_a_priority() -> None:
    newer = factories.ready_node(nodes=[{"id": "newer"}])
    older = factories.ready_node(nodes=[{"id": "older"}])
    put(older.id, available_at=later(-60))
    taken = [claims.claim_next(WISH) for _ in range(2)]
    assert [claim and claim.id for claim in taken] == [older.id, newer.id]


def test_a_node_whose_time_has_not_come_is_not_claimed() -> None:
    put(factories.ready_node().id, available_at=later(60))
    assert claims.claim_next(WISH) is None


def test_another_queue_is_left_alone() -> None:
    factories.ready_node(nodes=[{"id": "drawing", "queue": "gpu"}])
    assert claims.claim_next(WISH) is None


def test_a_node_is_claimed_once() -> None:
    factories.claimed_node()
    assert claims.claim_next(WISH) is None


def test_renewing_pushes_the_lease_forward() -> None:
    claim = factories.claimed_node(lease_seconds=60)
    before = factories.node_of(claim.run_id).claim_expires_at
    assert claims.renew(claim, 600).is_held
    after = factories.node_of(claim.run_id).claim_expires_at
    assert before is not None
    assert after is not None
    assert 539 < (after - before).total_seconds() < 560


def test_renewing_needs_the_token() -> None:
    claim = factories.claimed_node()
    put(claim.id, claim_token="somebody else's")
    assert not claims.renew(claim, 60).is_held


def test_renewing_tells_of_a_cancelled_run() -> None:
    claim = factories.claimed_node()
    assert not claims.renew(claim, 60).is_cancelled
    runs.cancel(claim.run_id, None)
    assert claims.renew(claim, 60).is_cancelled


def test_a_node_whose_worker_fell_silent_is_ready_again() -> None:
    claim = factories.expired_node()
    assert crashes.reap(3) == ["default"]
    row = factories.node_of(claim.run_id)
    assert (row.status, row.crashes, row.failures, row.claim_token) == ("READY", 1, 0, None)
    [attempt] = steps.attempts_of(claim.id)
    assert (attempt.attempt, attempt.outcome, attempt.error_type) == (1, "crashed", "WorkerLost")


def test_a_silent_worker_that_comes_back_has_lost_its_claim() -> None:
    claim = factories.expired_node()
    crashes.reap(3)
    assert not claims.is_held(claim)
    assert not claims.renew(claim, 60).is_held
    assert not outcomes.succeed(claim, {}).landed


def test_the_third_crash_poisons_the_node_and_fails_what_follows() -> None:
    run_id = factories.started_run()
    for _ in range(3):
        assert claims.claim_next(Wish("default", "tester", -1)) is not None
        crashes.reap(3)
    assert steps.statuses(run_id) == {"first": "POISONED", "second": "UPSTREAM_FAILED"}
    assert steps.run_of(run_id).status == "FAILED"
    assert [attempt.outcome for attempt in steps.attempts_of(factories.node_of(run_id).id)] == ["crashed"] * 3


def test_a_lease_that_still_runs_is_left_alone() -> None:
    claim = factories.claimed_node()
    assert crashes.reap(3) == []
    assert claims.is_held(claim)


def test_a_claim_renewed_after_the_reaper_looked_is_left_alone(in_app: Flask) -> None:
    claim = factories.expired_node()
    looked: list[str] = []

    def renew_behind_its_back(_connection: Connection, _cursor: object, sql: str, *_rest: object) -> None:
        if not looked and "claim_expires_at <" in sql:
            looked.append(sql)
            assert claims.renew(claim, 600).is_held

    event.listen(db.engine, "after_cursor_execute", renew_behind_its_back)
    assert crashes.reap(3) == []
    assert looked
    assert claims.is_held(claim)


def test_a_node_reaped_in_a_paused_run_is_held() -> None:
    claim = factories.expired_node()
    runs.pause(claim.run_id, None)
    assert crashes.reap(3) == []
    assert factories.node_of(claim.run_id).status == "HELD"


def test_a_node_reaped_in_a_cancelled_run_ends_the_run() -> None:
    claim = factories.expired_node()
    runs.cancel(claim.run_id, None)
    crashes.reap(3)
    assert steps.statuses(claim.run_id) == {"first": "CANCELLED", "second": "CANCELLED"}
    assert steps.run_of(claim.run_id).status == "CANCELLED"


def test_giving_back_counts_as_neither_failure_nor_crash() -> None:
    claim = factories.claimed_node()
    assert claims.give_back(claim)
    row = factories.node_of(claim.run_id)
    assert (row.status, row.failures, row.crashes, row.attempt) == ("READY", 0, 0, 1)
    assert [attempt.outcome for attempt in steps.attempts_of(claim.id)] == ["given_back"]


def test_giving_back_a_lost_claim_changes_nothing() -> None:
    claim = factories.expired_node()
    crashes.reap(3)
    again = claims.claim_next(WISH)
    assert not claims.give_back(claim)
    assert again is not None
    assert claims.is_held(again)


def test_the_claim_reads_its_index_in_order(in_app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("the index of the real server is what counts")
    workflow = factories.definition(nodes=[{"id": f"node{number}"} for number in range(100)])
    paper = factories.paper()
    for _ in range(5):
        factories.started_run(paper, workflow)
    seen: list[tuple[str, object]] = []

    def keep(_connection: Connection, _cursor: object, sql: str, parameters: object, *_rest: object) -> None:
        if "SKIP LOCKED" in sql:
            seen.append((sql, parameters))

    event.listen(db.engine, "before_cursor_execute", keep)
    claims.claim_next(WISH)
    with transaction() as connection:
        connection.execute(text("ANALYZE TABLE workflow_node")).all()
        [plan] = connection.exec_driver_sql("EXPLAIN " + seen[0][0], seen[0][1]).mappings().all()  # type: ignore[arg-type]
    assert plan["key"] == "ix_node_claim"
    assert "filesort" not in (plan["Extra"] or "")
