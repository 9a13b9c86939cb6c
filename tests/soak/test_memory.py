"""Growth is the slope of a line through what a process held after its warm-up."""

from __future__ import annotations

import os

from tests.soak.memory import Growth, Series, growths, look


def series(role: str, pid: int, *points: tuple[float, int]) -> Series:
    return Series(role, pid, list(points))


def test_a_process_that_grows_by_a_kib_a_second_grows_by_sixty_a_minute() -> None:
    steady = [(float(at), 1000 + at) for at in range(0, 100)]
    assert growths([series("worker", 7, *steady)], 0) == [Growth("worker", 7, 99.0, 1000, 1099, 60.0, 60.0)]


def test_what_a_process_takes_while_it_warms_up_is_no_growth() -> None:
    warming = [(float(at), 1000 * at) for at in range(0, 10)]
    level = [(float(at), 10_000) for at in range(10, 20)]
    [growth] = growths([series("worker", 7, *warming, *level)], 10)
    assert (growth.first, growth.slope) == (10_000, 0.0)


def test_a_warm_up_counts_from_the_process_s_own_beginning() -> None:
    late = [(500.0 + at, 1000 + (100 if at >= 10 else 0)) for at in range(0, 20)]
    [growth] = growths([series("worker", 7, *late)], 10)
    assert (growth.seconds, growth.slope) == (19.0, 0.0)


def test_a_process_that_was_hardly_seen_tells_nothing() -> None:
    assert growths([series("horse", 7, (0.0, 1), (1.0, 2), (2.0, 3), (3.0, 4))], 0) == []


def test_the_longest_lived_of_a_role_comes_first() -> None:
    young = series("worker", 1, *((float(at), 5) for at in range(5)))
    old = series("worker", 2, *((float(at), 5) for at in range(9)))
    assert [growth.pid for growth in growths([young, old], 0)] == [2, 1]


def test_a_look_finds_the_memory_of_a_living_process_and_skips_a_dead_one() -> None:
    found: dict[int, Series] = {}
    look({os.getpid(): "web", 2**22 + 1: "worker"}, 1.0, found)
    assert found[os.getpid()].role == "web" and 2**22 + 1 not in found
    assert found[os.getpid()].points[0][1] > 10_000
