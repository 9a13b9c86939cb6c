"""A limit across processes: never more at once than its places, also when one who held a place is killed."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.engine import progress
from dashboard.engine.states import NodeStatus, Outcome, RunStatus
from dashboard.extensions import db
from dashboard.models import NodeAttempt, WorkflowNode
from tests import factories
from tests.crowd import invariants
from tests.crowd.processes import Crowd, children_of, crowd, wait_until

PLACES, RUNS, NODES = 2, 4, 8
QUICK = {"LEASE_SECONDS": "3", "HEARTBEAT_SECONDS": "0.5", "SWEEP_SECONDS": "0.5", "MAX_CRASHES": "50"}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)
def test_two_places_are_never_three_though_their_holder_is_killed(
    in_app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    """With the lock of the gate taken out three ran at once, with four places in the definition four."""
    limit = {"handler": "moment", "concurrency": PLACES, "concurrency_key": "one host"}
    workflow = factories.definition(nodes=[{"id": f"n{number}", **limit} for number in range(NODES)])
    run_ids = [factories.started_run(workflow=workflow) for _ in range(RUNS)]
    with crowd({**environment, **QUICK}, tmp_path) as people:
        for _ in range(4):
            people.join()
        people.join("sweeper")
        _kill_a_holder(people)
        people.join()
        wait_until(lambda: all(_has_succeeded(run_id) for run_id in run_ids), 120, people.words)
    assert _most_at_once() == PLACES
    assert invariants.broken() == {}
    assert _count(Outcome.SUCCEEDED) == RUNS * NODES


def _kill_a_holder(people: Crowd) -> None:
    """kill -9 of a worker, with its horse, that holds a place at this moment."""
    wait_until(lambda: _count(Outcome.SUCCEEDED) > NODES, 60, people.words)
    wait_until(lambda: _has_killed_a_holder(people), 30, people.words)


def _has_killed_a_holder(people: Crowd) -> bool:
    db.session.rollback()
    claimed_by = select(WorkflowNode.claimed_by).filter_by(status=NodeStatus.RUNNING)
    holders = {int(str(name).rpartition(":")[2]) for name in db.session.scalars(claimed_by)}
    for member in list(people.members):
        if holders.intersection([member.pid, *children_of(member.pid)]):
            people.kill(member)
            return True
    return False


def _has_succeeded(run_id: int) -> bool:
    return progress.of_run(run_id).status == RunStatus.SUCCEEDED


def _count(outcome: Outcome) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(NodeAttempt).filter_by(outcome=outcome)) or 0


def _most_at_once() -> int:
    """The most attempts that ran at the same time, as the database tells it."""
    db.session.rollback()
    spans = db.session.execute(select(NodeAttempt.started_at, NodeAttempt.finished_at)).all()
    changes = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    return max(accumulate(change for _, change in changes))
