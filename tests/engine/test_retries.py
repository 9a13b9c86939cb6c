"""When a failed node is tried again."""

from __future__ import annotations

import pytest

from dashboard.engine.retries import may_try_again, wait_before


@pytest.mark.parametrize(("failures", "again"), [(1, True), (2, True), (3, False), (4, False)])
def test_three_attempts_are_three_attempts(failures: int, again: bool) -> None:
    assert may_try_again(failures, 3, is_permanent=False) is again


def test_a_permanent_failure_is_never_tried_again() -> None:
    assert not may_try_again(1, 100, is_permanent=True)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (5000, 300)])
def test_waits_double_up_to_five_minutes(failures: int, seconds: float) -> None:
    assert wait_before(failures, 0.5) == seconds


def test_chance_spreads_the_waits_by_half() -> None:
    assert wait_before(1, 0.0) == 2.5
    assert 7.4 < wait_before(1, 0.999) < 7.5
