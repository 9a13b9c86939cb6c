"""Whatever is done to a run in whatever order: its promises hold after each step, and it can always be ended."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import factories
from tests.engine.machine import EngineMachine
from tests.engine.walker import SHAPES, definition_of

WALKS = {"sqlite": 120, "mariadb": 80}


@pytest.fixture
def machine(in_app: Flask) -> type[EngineMachine]:
    """The machine on this test's database."""
    EngineMachine.paper = factories.paper()
    EngineMachine.definitions = {shape: factories.definition(**definition_of(shape)) for shape in SHAPES}
    return EngineMachine


@pytest.mark.timeout(600)  # a walk that fails is shortened first
def test_the_promises_hold_in_any_order_of_verbs(machine: type[EngineMachine], engine_url: str) -> None:
    """Seen to fail:"""
    walks = WALKS["sqlite" if engine_url.startswith("sqlite") else "mariadb"]
    same_each_time = settings(max_examples=walks, stateful_step_count=30, derandomize=True, print_blob=True,
                              database=None, deadline=None, suppress_health_check=list(HealthCheck),
                              phases=[Phase.generate, Phase.shrink])  # fmt: skip
    run_state_machine_as_test(machine, settings=same_each_time)
