"""What numbers, times and text look like."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from dashboard import filters
from dashboard.engine.states import NodeStatus, Outcome, RunStatus


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (None, "–"),
        (-0.2, "0 ms"),
        (0.042, "42 ms"),
        (0.42, "0.4 s"),
        (12, "12 s"),
        (59.6, "1 m"),
        (72, "1 m 12 s"),
        (900, "15 m"),
        (3600, "1 h"),
        (3840, "1 h 4 m"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=3, hours=2), "3 d 2 h"),
    ],
)
def test_durations_have_units(span: timedelta | float | None, shown: str) -> None:
    assert filters.duration(span) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(None, "–"), (0, "0 B"), (999, "999 B"), (3_400_000, "3.4 MB"), (2_500_000_000_000, "2.5 TB")]
)
def test_sizes_have_units(number: int | None, shown: str) -> None:
    assert filters.size(number) == shown


def test_times_keep_utc_on_hover() -> None:
    at = datetime(2026, 3, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert 'title="2026-02-28 23:02:03 UTC"' in filters.moment(at)
    assert 'datetime="2026-02-28T23:02:03.000+00:00"' in filters.ago(at.astimezone(UTC))


@pytest.mark.parametrize("status", [*RunStatus, *NodeStatus, *Outcome])
def test_every_state_has_a_word_an_icon_and_a_colour(status: str) -> None:
    assert filters.word(status)
    assert filters.icon(status)
    assert filters.tone(status) in ("good", "bad", "busy", "held", "blocked", "idle")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "link"),
        ("a\rb\x08c\x00d", "abcd"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_escapes_are_taken_out(raw: str, shown: str) -> None:
    assert filters.plain(raw) == shown


def test_a_megabyte_of_escapes_takes_no_time() -> None:
    began = time.perf_counter()
    filters.plain("\x1b[" * 500_000 + "\x1b]" * 10_000)
    assert time.perf_counter() - began < 2
