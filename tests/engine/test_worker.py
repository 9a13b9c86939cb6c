"""The worker stops what cannot stop itself: real processes, real signals, handlers that will not hear.

How each was seen to fail stands in its docstring; it was tried on a copy with the protection taken out.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from dashboard.engine import progress, runs
from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.extensions import db
from dashboard.models import NodeAttempt, WorkflowNode
from tests import factories, services
from tests.crowd.processes import Crowd, crowd, wait_until
from tests.engine import steps

pytestmark = pytest.mark.timeout(120)
on_mariadb = pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)


class Stubborn:
    """A worker of one run's nodes, and the notes its handlers leave."""

    def __init__(self, people: Crowd, notes: Path) -> None:
        self._people = people
        self._notes = notes
        self.run_id = 0

    def begin(self, handler: str, queue: str = "default", **columns: Any) -> None:
        """A started run of one node with that handler."""
        nodes = [{"id": "only", "handler": handler, "queue": queue, **columns}]
        self.run_id = factories.started_run(workflow=factories.definition(nodes=nodes))

    def work(self, queues: str = "default") -> Any:
        """A worker, once it is inside the handler."""
        member = self._people.join(queues)
        wait_until(lambda: "begins" in self.notes(), 30, self._people.words)
        return member

    def notes(self) -> dict[str, float]:
        """When each word was first noted."""
        lines = self._notes.read_text().splitlines() if self._notes.exists() else []
        return {word: float(moment) for moment, word in map(str.split, reversed(lines))}

    def node(self) -> WorkflowNode:
        return factories.node_of(self.run_id, "only")

    def wait_for(self, status: str, seconds: float) -> float:
        """Seconds from the handler's begin until the node stands so."""
        wait_until(lambda: self.node().status == status, seconds, lambda: f"{self.node().status}. {self.words()}")
        return time.monotonic() - self.notes()["begins"]

    def attempts(self) -> list[NodeAttempt]:
        return steps.attempts_of(self.node().id)

    def words(self) -> str:
        return f"{self.notes()} {self._people.words()}"


@pytest.fixture
def variables() -> dict[str, str]:
    """Settings of the workers under test, beyond the usual."""
    return {}


@pytest.fixture
def stubborn(
    in_app: Flask, environment: dict[str, str], variables: dict[str, str], tmp_path: Path
) -> Iterator[Stubborn]:
    notes = tmp_path / "notes"
    with crowd({**environment, "NOTES": str(notes), **variables}, tmp_path, "tests.engine.stubborn") as people:
        yield Stubborn(people, notes)


@pytest.mark.parametrize(
    ("handler", "engine_url"),
    [("holds", "mariadb"), ("blocks", "mariadb"), ("swallows", "mariadb"), ("holds", "sqlite")],
    indirect=["engine_url"],
)
def test_a_handler_past_its_deadline_is_ended_within_five_seconds(stubborn: Stubborn, handler: str) -> None:
    """Without `Keeper.look` the node was RUNNING for good: its heartbeat renewed the lease, or the reaper waited."""
    stubborn.begin(handler, timeout_seconds=2, max_attempts=1)
    stubborn.work()
    assert stubborn.wait_for(NodeStatus.FAILED, 20) < 2 + 5
    [attempt] = stubborn.attempts()
    assert (attempt.outcome, attempt.error_type) == ("failed", "DeadlineExceeded")
    assert "took longer than the 2 s it may" in (attempt.error_message or "")
    assert (attempt.error_frame or "").startswith("tests/engine/stubborn.py:")
    assert (attempt.error_frame or "").endswith(f" in {handler}")
    assert f"in {handler}" in (attempt.traceback or "")
    assert stubborn.node().crashes == 0


@on_mariadb
@pytest.mark.parametrize(
    ("handler", "manner"),
    [("segfaults", "crashed (SIGSEGV)"), ("leaves", "ended in the middle"), ("is_killed", "killed (SIGKILL)")],
)
def test_a_horse_that_dies_gives_its_node_up_at_once_and_poisons_it_in_the_end(
    stubborn: Stubborn, handler: str, manner: str
) -> None:
    """Without `Keeper.bury` the node was RUNNING until its lease of a minute ran out; without the ring after the
    horse's death it was READY and waited for a sweeper, of which there is none here.
    """
    stubborn.begin(handler)
    stubborn.work()
    assert stubborn.wait_for(NodeStatus.POISONED, 20) < 10
    attempts = stubborn.attempts()
    assert [attempt.outcome for attempt in attempts] == ["crashed"] * 3
    assert manner in (attempts[0].error_message or "")
    assert "(crash 1 of 3)" in (attempts[0].error_message or "")
    assert progress.of_run(stubborn.run_id).status == RunStatus.FAILED


@on_mariadb
def test_the_attempt_tells_where_a_handler_crashed(stubborn: Stubborn) -> None:
    """Without `faulthandler.enable` in the horse the traceback was empty."""
    stubborn.begin("segfaults")
    stubborn.work()
    wait_until(lambda: bool(stubborn.attempts()), 20, stubborn.words)
    assert "in segfaults" in (stubborn.attempts()[0].error_frame or "")


@on_mariadb
def test_a_cancelled_handler_is_told_first_and_stopped_two_seconds_later(stubborn: Stubborn) -> None:
    """With the glance taken out it was told at the next heartbeat, ten seconds later; without the grace, not at all."""
    stubborn.begin("obeys")
    stubborn.work()
    asked = time.monotonic()
    runs.cancel(stubborn.run_id, None)
    wait_until(lambda: progress.of_run(stubborn.run_id).status == RunStatus.CANCELLED, 10, stubborn.words)
    notes = stubborn.notes()
    assert notes["told"] - asked < 2
    assert 1.5 < notes["CANCELLED"] - notes["told"] < 4
    assert [attempt.outcome for attempt in stubborn.attempts()] == ["cancelled"]


@on_mariadb
def test_a_cancelled_handler_that_will_not_stop_is_ended(stubborn: Stubborn) -> None:
    """Without `Keeper.look` the run stayed CANCELLING."""
    stubborn.begin("swallows")
    stubborn.work()
    runs.cancel(stubborn.run_id, None)
    wait_until(lambda: progress.of_run(stubborn.run_id).status == RunStatus.CANCELLED, 14, stubborn.words)
    assert stubborn.node().status == NodeStatus.CANCELLED
    assert [attempt.outcome for attempt in stubborn.attempts()] == ["cancelled"]


@on_mariadb
@pytest.mark.parametrize("handler", ["obeys", "holds", "blocks", "swallows"])
def test_a_worker_told_to_end_gives_back_within_five_seconds(stubborn: Stubborn, handler: str) -> None:
    """Without the kill after three seconds only `obeys` passed: the worker waited for its horse without end."""
    stubborn.begin(handler)
    member = stubborn.work()
    told = time.monotonic()
    member.send_signal(signal.SIGTERM)
    stubborn.wait_for(NodeStatus.READY, 10)
    assert time.monotonic() - told < 5
    node, [attempt] = stubborn.node(), stubborn.attempts()
    assert (node.failures, node.crashes, node.attempt, attempt.outcome) == (0, 0, 1, "given_back")
    member.wait(timeout=20)


@on_mariadb
def test_a_worker_that_is_killed_takes_its_horse_along_which_gives_back(stubborn: Stubborn) -> None:
    """Without the death signal the horse worked on for an hour, with nobody to stop it at its deadline."""
    stubborn.begin("obeys")
    member = stubborn.work()
    member.kill()
    stubborn.wait_for(NodeStatus.READY, 10)
    assert stubborn.attempts()[0].outcome == "given_back"


class TestWithoutRedis:
    """Redis goes away for good while the handler works."""

    @pytest.fixture
    def own_redis(self, tmp_path: Path) -> Iterator[services.Server]:
        server = services.real_redis(tmp_path / "redis")
        yield server
        services.end(server.pid or 0)

    @pytest.fixture
    def variables(self, own_redis: services.Server) -> dict[str, str]:
        return {"REDIS_URL": own_redis.url}

    @on_mariadb
    def test_a_worker_still_ends_a_handler_that_holds_the_interpreter(
        self, stubborn: Stubborn, own_redis: services.Server
    ) -> None:
        """With the error let through in `maintain_heartbeats` the worker quit, and nobody watched the horse."""
        stubborn.begin("holds", timeout_seconds=12, max_attempts=1)
        member = stubborn.work()
        services.end(own_redis.pid or 0)
        assert stubborn.wait_for(NodeStatus.FAILED, 30) < 12 + 5
        assert [attempt.error_type for attempt in stubborn.attempts()] == ["DeadlineExceeded"]
        member.wait(timeout=20)


class TestSelfFence:
    """Renewals fail: somebody sits on the node's row, and each waits until the database gives up on it."""

    @pytest.fixture
    def variables(self) -> dict[str, str]:
        return {"LEASE_SECONDS": "8", "HEARTBEAT_SECONDS": "1"}

    @on_mariadb
    def test_a_handler_is_stopped_before_its_lease_ends(self, stubborn: Stubborn) -> None:
        """With FENCE at 10 it ran on past the lease."""
        stubborn.begin("obeys")
        stubborn.work()
        mine = "FROM workflow_node WHERE node_id = 'only'"
        left = text(f"SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), claim_expires_at) / 1e6 {mine}")
        with db.engine.connect() as connection, connection.begin():
            connection.execute(text(f"SELECT 1 {mine} FOR UPDATE"))
            wait_until(lambda: "CLAIM_LOST" in stubborn.notes(), 20, stubborn.words)
            assert connection.execute(left).scalar_one() > 0

    @on_mariadb
    def test_a_handler_that_holds_the_interpreter_is_killed_before_its_lease_ends(self, stubborn: Stubborn) -> None:
        """Without `Keeper.look` the lease ran out while the old process still worked."""
        stubborn.begin("holds")
        stubborn.work()
        stubborn.wait_for(NodeStatus.READY, 20)
        attempt = stubborn.attempts()[0]
        assert attempt.started_at is not None
        assert (attempt.finished_at - attempt.started_at).total_seconds() < 8
        assert (attempt.outcome, attempt.error_type) == ("crashed", "WorkerLost")
        assert "could not be renewed" in (attempt.error_message or "")


@on_mariadb
def test_a_worker_of_one_queue_leaves_the_others_alone(stubborn: Stubborn) -> None:
    """With `drain` claiming from every queue the node of `default` was gone."""
    stubborn.begin("passes")
    elsewhere = stubborn.run_id
    stubborn.begin("obeys", queue="net")
    stubborn.work("net,ai")
    assert factories.node_of(elsewhere, "only").status == NodeStatus.READY
    assert stubborn.node().status == NodeStatus.RUNNING
