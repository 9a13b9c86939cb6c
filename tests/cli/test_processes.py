"""`flask worker` serves the queues it is told to, by option or by environment."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from jobs import worker
from tests.cli.conftest import Flasked


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The queues of each worker that was started, none of which works."""
    started: list[Sequence[str]] = []
    monkeypatch.setattr(worker, "main", lambda queues, _burst: started.append(queues))
    return started


def test_it_serves_every_queue_unless_told(flask: Flasked, served: list[Sequence[str]]) -> None:
    assert flask("worker").exit_code == 0
    assert served == [["default", "net", "ai"]]


def test_it_serves_the_queues_of_the_environment(
    flask: Flasked, served: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKER_QUEUES", "net, ai")
    flask("worker")
    flask("worker", "--queues", "ai")
    assert served == [["net", "ai"], ["ai"]]


def test_it_wants_a_queue(flask: Flasked, served: list[Sequence[str]]) -> None:
    result = flask("worker", "--queues", " , ")
    assert (result.exit_code, served) == (2, [])
    assert "at least one queue" in result.output
