"""A worker that an operator drains finishes the node it has and takes no more, until that is undone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.engine import claims, draining, reports
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.states import NodeStatus
from dashboard.extensions import db
from dashboard.models import AuditEvent, NodeAttempt, WorkerReport, WorkflowNode
from jobs.draining import LOOK_SECONDS
from tests import factories
from tests.crowd.processes import Crowd, crowd, wait_until
from tests.engine import steps

pytestmark = [pytest.mark.usefixtures("in_app"), pytest.mark.timeout(120)]
on_mariadb = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)
WORKER = "host:7"


@pytest.fixture
def reported(in_app: Flask) -> None:
    reports.report(WORKER, ["default"], 7)


@pytest.mark.usefixtures("reported")
def test_it_is_asked_until_it_is_undone() -> None:
    assert not draining.is_asked_of(WORKER)
    draining.drain(WORKER, None)
    assert draining.is_asked_of(WORKER)
    draining.undo(WORKER, None)
    assert not draining.is_asked_of(WORKER)


@pytest.mark.usefixtures("reported")
def test_a_report_leaves_it_asked() -> None:
    draining.drain(WORKER, None)
    reports.report(WORKER, ["default"], 7)
    assert draining.is_asked_of(WORKER)


@pytest.mark.usefixtures("reported")
def test_it_refuses_what_is_so_already() -> None:
    with pytest.raises(NotAllowedError, match="takes nodes"):
        draining.undo(WORKER, None)
    draining.drain(WORKER, None)
    with pytest.raises(NotAllowedError, match="asked to drain already"):
        draining.drain(WORKER, None)


def test_a_worker_that_never_reported_cannot_be_drained() -> None:
    with pytest.raises(NotFoundError):
        draining.drain("nobody:1", None)


@pytest.mark.usefixtures("reported")
def test_both_are_audited() -> None:
    by = factories.user().id
    draining.drain(WORKER, by)
    draining.undo(WORKER, by)
    lines = select(AuditEvent.action, AuditEvent.detail).where(AuditEvent.user_id == by).order_by(AuditEvent.id)
    told = [(row.action, row.detail["worker"]) for row in db.session.execute(lines)]
    assert told == [("worker.drain", WORKER), ("worker.undo_drain", WORKER)]


@pytest.fixture
def people(in_app: Flask, environment: dict[str, str], tmp_path: Path) -> Iterator[Crowd]:
    with crowd({**environment, "NOTES": str(tmp_path / "notes")}, tmp_path, "tests.engine.stubborn") as people:
        yield people


def names() -> list[str]:
    """The workers that have reported."""
    db.session.rollback()
    return list(db.session.scalars(select(WorkerReport.name).order_by(WorkerReport.started_at)))


def who_ran(node: WorkflowNode) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(NodeAttempt.worker).filter_by(node_id=node.id)))


@on_mariadb
def test_a_worker_drained_in_the_middle_of_a_node_finishes_it_and_leaves_the_next_to_others(
    people: Crowd, tmp_path: Path
) -> None:
    """With the look in `runner.run` taken out it took `b` along with the success of `a`."""
    nodes = [{"id": "a", "handler": "lingers"}, {"id": "b", "handler": "passes"}]
    run_id = factories.started_run(workflow=factories.definition(nodes=nodes, edges=[["a", "b"]]))
    people.join()
    wait_until((tmp_path / "notes").exists, 30, people.words)
    [first] = names()
    draining.drain(first, None)
    time.sleep(LOOK_SECONDS)
    (tmp_path / "notes.go").touch()
    wait_until(lambda: factories.node_of(run_id, "b").status != NodeStatus.PENDING, 20, people.words)
    assert factories.node_of(run_id, "b").claimed_by is None
    people.join()
    wait_until(lambda: steps.run_of(run_id).status == "SUCCEEDED", 30, people.words)
    [second] = [name for name in names() if name != first]
    assert who_ran(factories.node_of(run_id, "a")) == [first]
    assert who_ran(factories.node_of(run_id, "b")) == [second]


@on_mariadb
def test_an_idle_worker_that_is_drained_takes_nothing_until_it_is_undone(people: Crowd) -> None:
    """With `_next` claiming all the same, and no wait between two horses, it ran the node at once."""
    people.join()
    wait_until(lambda: bool(names()), 30, people.words)
    [worker] = names()
    draining.drain(worker, None)
    wait_until(lambda: not is_taken(run_of_one_node()), 30, people.words)  # it may have looked a moment before
    left = run_of_one_node()
    assert not is_taken(left)
    draining.undo(worker, None)
    wait_until(lambda: steps.run_of(left).status == "SUCCEEDED", 30, people.words)
    assert set(who_ran(factories.node_of(left, "only"))) == {worker}


def run_of_one_node() -> int:
    return factories.started_run(workflow=factories.definition(nodes=[{"id": "only", "handler": "passes"}]))


def is_taken(run_id: int) -> bool:
    """Whether anybody took the run's node within the time in which a worker that is warm answers many times over."""
    try:
        wait_until(lambda: factories.node_of(run_id, "only").status != NodeStatus.READY, 3, str)
    except AssertionError:
        return False
    return True


def test_others_may_claim_from_its_queue() -> None:
    run_id = run_of_one_node()
    reports.report(WORKER, ["default"], 7)
    draining.drain(WORKER, None)
    taken = claims.claim_next(claims.Wish("default", "another:8", 60))
    assert taken is not None and taken.run_id == run_id
