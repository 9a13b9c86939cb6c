"""The table of allowed moves, and the words of the earlier system."""

from __future__ import annotations

import itertools

import pytest

from dashboard.engine import states
from dashboard.engine.states import NodeStatus, RunStatus

NODE_PATHS = """
PENDING READY, PENDING RUNNING, PENDING HELD, PENDING UPSTREAM_FAILED, PENDING SKIPPED, PENDING CANCELLED,
READY RUNNING, READY HELD, READY PENDING, READY SKIPPED, READY CANCELLED,
HELD READY, HELD PENDING, HELD SKIPPED, HELD CANCELLED,
RUNNING SUCCEEDED, RUNNING FAILED, RUNNING POISONED, RUNNING CANCELLED, RUNNING READY, RUNNING HELD, RUNNING PENDING,
SUCCEEDED PENDING, SUCCEEDED READY, SUCCEEDED HELD,
FAILED PENDING, FAILED READY, FAILED HELD, FAILED SKIPPED,
POISONED PENDING, POISONED READY, POISONED HELD, POISONED SKIPPED,
CANCELLED PENDING, CANCELLED READY, CANCELLED HELD,
UPSTREAM_FAILED PENDING, UPSTREAM_FAILED READY, UPSTREAM_FAILED HELD, UPSTREAM_FAILED SKIPPED,
SKIPPED PENDING, SKIPPED READY, SKIPPED HELD
"""
RUN_PATHS = """
CREATED RUNNING, CREATED CANCELLED,
RUNNING PAUSED, RUNNING SUCCEEDED, RUNNING FAILED, RUNNING CANCELLING, RUNNING CANCELLED,
PAUSED RUNNING, PAUSED SUCCEEDED, PAUSED FAILED, PAUSED CANCELLING, PAUSED CANCELLED,
CANCELLING CANCELLED, SUCCEEDED RUNNING, FAILED RUNNING, CANCELLED RUNNING
"""
SEED = {"pending", "ready", "claimed", "running", "completed", "failed", "skipped", "cancelled"}


def pairs(paths: str) -> set[tuple[str, ...]]:
    return {tuple(path.split()) for path in paths.split(",")}


@pytest.mark.parametrize(("source", "target"), [*itertools.product(NodeStatus, NodeStatus)])
def test_a_node_moves_only_as_the_state_diagram_says(source: NodeStatus, target: NodeStatus) -> None:
    assert states.may_node_move(source, target) == ((source, target) in pairs(NODE_PATHS))


@pytest.mark.parametrize(("source", "target"), [*itertools.product(RunStatus, RunStatus)])
def test_a_run_moves_only_as_the_state_diagram_says(source: RunStatus, target: RunStatus) -> None:
    assert states.may_run_move(source, target) == ((source, target) in pairs(RUN_PATHS))


def test_a_node_is_either_finished_or_not() -> None:
    assert set(NodeStatus) == states.NODE_FINISHED | states.NODE_UNFINISHED
    assert not states.NODE_FINISHED & states.NODE_UNFINISHED


def test_only_a_node_that_waits_can_begin_to_run() -> None:
    begin = [source for source in NodeStatus if states.may_node_move(source, NodeStatus.RUNNING)]
    assert begin == [NodeStatus.PENDING, NodeStatus.READY]


def test_every_status_has_a_word_of_the_earlier_system() -> None:
    assert set(states.SEED_WORDS) == set(NodeStatus)
    assert set(states.SEED_WORDS.values()) == SEED - {"claimed"}  # a claim here is a RUNNING node at once
