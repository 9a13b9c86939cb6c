"""Whatever is done to a run in whatever order: its promises hold after each step, and it can always be ended."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.engine.machine import walk

WALKS = {"sqlite": 120, "mariadb": 80}


@pytest.mark.timeout(600)  # a walk that fails is shortened first
def test_the_promises_hold_in_any_order_of_verbs(in_app: Flask, engine_url: str) -> None:
    """Seen to fail, each with a walk of six verbs or fewer: without PAUSED in `standing`; without `RELEASED` in the
    retry; without the token in `_SUCCEED`; without HELD among the moves of a retried node.
    """
    walks = WALKS["sqlite" if engine_url.startswith("sqlite") else "mariadb"]
    walk(max_examples=walks, stateful_step_count=30, derandomize=True)
