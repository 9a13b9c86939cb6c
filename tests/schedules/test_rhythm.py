"""When a schedule is next due: pure, and whatever the calendar does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.engine.rhythm import Rhythm, first_time

MOMENTS = st.integers(1_700_000_000, 2_200_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "moment", "due"),
    [
        (7, "2026-01-05 03:59", "2026-01-05 04:00"),
        (7, "2026-01-05 04:00", "2026-01-12 04:00"),
        (7, "2026-01-12 03:59:59.999999", "2026-01-12 04:00"),
        (7, "2026-03-30 12:00", "2026-04-06 04:00"),
        (3, "2026-01-07 12:00", "2026-01-08 04:00"),
        (None, "2026-01-20 00:00", "2026-02-05 04:00"),
        (None, "2026-12-05 04:00", "2027-01-05 04:00"),
        (None, "2028-07-04 00:00", "2028-07-05 04:00"),
    ],
)
def test_it_tells_the_next_time(days: int | None, moment: str, due: str) -> None:
    assert Rhythm(at("2026-01-05 04:00"), days).after(at(moment)) == at(due)


def test_a_month_without_that_day_has_it_on_its_last_and_the_next_month_on_the_day_again() -> None:
    rhythm, due = Rhythm(at("2026-01-31 04:00"), None), at("2026-01-31 04:00")
    seen = []
    for _ in range(4):
        due = rhythm.after(due)
        seen.append(f"{due:%m-%d}")
    assert seen == ["02-28", "03-31", "04-30", "05-31"]


@given(start=MOMENTS, moment=MOMENTS, days=st.none() | st.integers(1, 365))
def test_the_next_time_is_the_first_after_the_moment_and_keeps_the_hour(
    start: datetime, moment: datetime, days: int | None
) -> None:
    due = Rhythm(start, days).after(moment)
    assert due > moment and due >= start
    assert due.time() == start.time()
    longest = timedelta(days=days or 31)
    assert due - moment <= longest or due == start


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (None, "2026-05-06 04:00"),
        (date(2026, 5, 5), "2026-05-06 04:00"),  # that hour is over today
        (date(2026, 5, 1), "2026-05-06 04:00"),
        (date(2026, 5, 11), "2026-05-11 04:00"),
    ],
)
def test_the_first_time_is_that_hour_of_that_day_or_the_next_it_strikes(on: date | None, first: str) -> None:
    assert first_time(at("2026-05-05 04:00"), 4, on) == at(first)
