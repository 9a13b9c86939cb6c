"""Eight workers on one database: everything runs once, also when workers are killed."""

from __future__ import annotations

import random
import signal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.engine import doorbell, progress, runs
from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.engine.tables import attempt, node, run
from dashboard.extensions import db
from tests import factories
from tests.crowd import invariants
from tests.crowd.processes import Crowd, crowd, wait_until
from tests.crowd.shapes import fifteen

pytestmark = pytest.mark.timeout(300)
on_mariadb = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)


@on_mariadb
def test_it_runs_two_hundred_runs_each_node_once(in_app: Flask, environment: dict[str, str], tmp_path: Path) -> None:
    started = _start(200, "nothing")
    with crowd(environment, tmp_path) as people:
        for _ in range(8):
            people.join()
        people.join("sweeper")
        _wait_for_all(people, 200)
        assert "Deadlock" not in people.words()
    attempts = _scalar(select(func.count()).select_from(attempt))
    assert attempts == 15 * len(started)
    assert invariants.broken() == {}


@on_mariadb
def test_it_loses_nothing_when_workers_are_killed(in_app: Flask, environment: dict[str, str], tmp_path: Path) -> None:
    quick = {
        **environment,
        "LEASE_SECONDS": "3",
        "HEARTBEAT_SECONDS": "0.5",
        "SWEEP_SECONDS": "0.5",
        "MAX_CRASHES": "50",
    }
    _start(20, "moment")
    with crowd({**environment, **quick}, tmp_path) as people:
        workers = [people.join() for _ in range(4)]
        people.join("sweeper")
        for share in (0.1, 0.3, 0.5):
            wait_until(lambda share=share: _succeeded() >= share * 300, 90, people.words)
            victim = workers.pop(random.randrange(len(workers)))
            people.kill(victim)
            workers.append(people.join())
        _wait_for_all(people, 20)
    assert invariants.broken() == {}


def test_a_worker_told_to_end_gives_its_node_back(in_app: Flask, environment: dict[str, str], tmp_path: Path) -> None:
    made = factories.definition(nodes=[{"id": "long", "handler": "hour"}])
    run_id = factories.started_run(workflow=made)
    with crowd(environment, tmp_path) as people:
        member = people.join()
        wait_until(lambda: factories.node_of(run_id, "long").status == NodeStatus.RUNNING, 30, people.words)
        member.send_signal(signal.SIGTERM)
        wait_until(lambda: factories.node_of(run_id, "long").status == NodeStatus.READY, 10, people.words)
        member.wait(timeout=10)
        people.members.remove(member)
    returned = factories.node_of(run_id, "long")
    assert (returned.failures, returned.crashes, returned.attempt) == (0, 0, 1)


def test_a_cancelled_run_ends_while_a_handler_sleeps(
    in_app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    made = factories.definition(nodes=[{"id": "long", "handler": "hour"}, {"id": "next"}], edges=[["long", "next"]])
    run_id = factories.started_run(workflow=made)
    with crowd({**environment, "HEARTBEAT_SECONDS": "0.5"}, tmp_path) as people:
        people.join()
        wait_until(lambda: factories.node_of(run_id, "long").status == NodeStatus.RUNNING, 30, people.words)
        runs.cancel(run_id, None)
        wait_until(lambda: progress.of_run(run_id).status == RunStatus.CANCELLED, 10, people.words)
    assert progress.of_run(run_id).counts == {NodeStatus.CANCELLED: 2}


def test_a_stored_job_that_names_another_function_is_refused(
    in_app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "was-here"
    doorbell.queue_of("default").enqueue_call("os.system", args=(f"touch {target}",), timeout=-1)
    run_id = factories.started_run(workflow=factories.definition(nodes=[{"id": "only", "handler": "nothing"}]))
    with crowd(environment, tmp_path) as people:
        people.join()
        wait_until(lambda: progress.of_run(run_id).status == RunStatus.SUCCEEDED, 30, people.words)
    assert not target.exists()


def _start(count: int, handler: str) -> list[int]:
    workflow, of = factories.definition(**fifteen(handler)), factories.paper()
    return [factories.started_run(of, workflow) for _ in range(count)]


def _wait_for_all(people: Crowd, count: int) -> None:
    def all_succeeded() -> bool:
        return _scalar(select(func.count()).where(run.c.status == RunStatus.SUCCEEDED)) == count

    wait_until(all_succeeded, 150, lambda: f"{_succeeded()} nodes succeeded. {people.words()}")


def _succeeded() -> int:
    return int(_scalar(select(func.count()).where(node.c.status == NodeStatus.SUCCEEDED)))


def _scalar(query: Any) -> Any:
    with db.engine.connect() as connection:
        return connection.execute(query).scalar()
