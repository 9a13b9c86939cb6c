"""When a request is sent again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from papersnitch_client.patience import MOST_TRIES, pause_after

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [409, 429, 503])
@pytest.mark.parametrize("may_repeat", [True, False])
def test_a_site_that_says_when_is_asked_then(status: int, may_repeat: bool) -> None:
    assert pause_after(status, {"Retry-After": "7"}, 1, may_repeat, NOON) == 7


def test_it_may_say_a_date() -> None:
    assert pause_after(503, {"Retry-After": "Mon, 23 Nov 2026 12:01:30 GMT"}, 1, False, NOON) == 90
    assert pause_after(503, {"Retry-After": "Mon, 23 Nov 2026 11:00:00 GMT"}, 1, False, NOON) == 0


def test_nobody_waits_for_longer_than_two_minutes() -> None:
    assert pause_after(429, {"Retry-After": "120"}, 1, True, NOON) == 120
    assert pause_after(429, {"Retry-After": "121"}, 1, True, NOON) is None


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_may_happen_twice_is_sent_again_a_little_later_each_time(status: int) -> None:
    assert [pause_after(status, {}, tries, True, NOON) for tries in (1, 2, 3)] == [0.5, 1, 2]
    assert pause_after(status, {}, 1, False, NOON) is None


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}])
def test_a_conflict_that_names_no_time_is_final(headers: dict[str, str]) -> None:
    assert pause_after(409, headers, 1, True, NOON) is None


@pytest.mark.parametrize("status", [200, 201, 400, 404, 422, 500])
def test_other_answers_are_final(status: int) -> None:
    assert pause_after(status, {"Retry-After": "1"}, 1, True, NOON) is None


def test_patience_ends() -> None:
    assert pause_after(429, {"Retry-After": "1"}, MOST_TRIES - 1, True, NOON) == 1
    assert pause_after(429, {"Retry-After": "1"}, MOST_TRIES, True, NOON) is None
    assert pause_after(502, {}, MOST_TRIES, True, NOON) is None
