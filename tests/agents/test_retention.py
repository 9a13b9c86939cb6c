"""Checkpoints stay while a graph may go on, and for some days more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from dashboard.engine import old_threads, outcomes, retrying, runs
from dashboard.engine.transactions import reading, transaction
from dashboard.extensions import db
from dashboard.models import Team
from jobs.agents.checkpoint_rows import CHECKPOINTS, WRITES
from jobs.agents.saver import SqlCheckpointSaver
from tests.agents.test_saver import at, put
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")
LONG_AGO = datetime.now(UTC) - timedelta(days=8)


def threads() -> set[str]:
    with reading() as connection:
        return set(connection.execute(select(CHECKPOINTS.c.thread_id)).scalars())


def writes() -> int:
    with reading() as connection:
        return connection.execute(select(func.count()).select_from(WRITES)).scalar_one()


def age() -> None:
    """All that is there was saved, and ended, long ago."""
    with transaction() as connection:
        connection.execute(update(CHECKPOINTS).values(created_at=LONG_AGO))
        connection.exec_driver_sql(
            "UPDATE workflow_node SET finished_at = '2020-01-01 00:00:00' WHERE finished_at IS NOT NULL"
        )


def forget_old_threads() -> int:
    """How many threads of all teams were removed after a week."""
    with reading() as connection:
        teams = connection.execute(select(Team.id)).scalars().all()
    return sum(1 for team_id in teams for _thread in old_threads.steps(team_id, 7))


def step_of(claim_id: int, generation: int) -> str:
    """A saved step of that node's thread, with a write."""
    thread = f"{claim_id}:{generation}"
    saver = SqlCheckpointSaver(db.engine, node_id=claim_id)
    saver.put_writes(put(saver, at(thread)), [("words", "said")], "task")
    return thread


def test_an_ended_graph_is_forgotten_after_some_days_and_not_before() -> None:
    steps.begin("a")
    claim = steps.claim("a")
    thread = step_of(claim.id, claim.generation)
    outcomes.succeed(claim, {})
    assert (forget_old_threads(), threads()) == (0, {thread})
    age()
    assert (forget_old_threads(), threads(), writes()) == (1, set(), 0)


def test_a_graph_that_may_go_on_is_kept_however_old() -> None:
    steps.begin("a")
    claim = steps.claim("a")
    thread = step_of(claim.id, claim.generation)
    age()
    assert (forget_old_threads(), threads()) == (0, {thread})


def test_what_a_retry_replaced_is_forgotten() -> None:
    run_id = steps.begin("a")
    claim = steps.claim("a")
    step_of(claim.id, claim.generation)
    runs.cancel(run_id, None)
    outcomes.fail(claim, steps.FOR_GOOD)
    retrying.retry(run_id, "a", False, None, None)
    again = steps.claim("a")
    thread = step_of(again.id, again.generation)
    age()
    assert (forget_old_threads(), threads()) == (1, {thread})
