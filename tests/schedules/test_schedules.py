"""Schedules: made, changed, paused, resumed and removed by people, and begun once when they are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.engine import cohorts, schedules
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.schedules import Wanted
from dashboard.extensions import db
from dashboard.models import AuditEvent, BulkAction, BulkItem, Recheck
from tests.concurrency.racing import race
from tests.schedules.conftest import Venue, rounds_of, schedule_of, venue

WEEKLY = Wanted(7, 4)
WEEK = timedelta(days=7)


def due(of: Venue) -> datetime | None:
    found = schedule_of(of.cohort_id)
    return found.due_at if found else None


def actions() -> list[str]:
    db.session.rollback()
    told = select(AuditEvent.action).where(AuditEvent.action.like("cohort.%schedule%")).order_by(AuditEvent.id)
    return list(db.session.scalars(told))


def test_it_is_due_at_the_next_such_hour_and_then_a_week_later(miccai: Venue) -> None:
    first = schedules.make(miccai.cohort_id, WEEKLY, None)
    assert first > datetime.now(UTC) and (first.hour, first.minute) == (4, 0)
    assert due(miccai) == first
    assert schedules.start_due(first - timedelta(seconds=1)) == 0
    assert schedules.start_due(first) == 1
    assert due(miccai) == first + WEEK
    assert schedules.start_due(first) == 0


def test_times_missed_while_everything_was_down_are_one_round(miccai: Venue) -> None:
    first = schedules.make(miccai.cohort_id, WEEKLY, None)
    assert schedules.start_due(first + 5 * WEEK + timedelta(hours=3)) == 1
    assert len(rounds_of(miccai.cohort_id)) == 1
    assert due(miccai) == first + 6 * WEEK


def test_the_databases_clock_decides_where_no_moment_is_given(miccai: Venue) -> None:
    schedules.make(miccai.cohort_id, WEEKLY, None)
    assert schedules.start_due() == 0


def test_a_paused_schedule_begins_nothing_and_misses_nothing_twice(miccai: Venue) -> None:
    first = schedules.make(miccai.cohort_id, WEEKLY, None)
    schedules.pause(miccai.cohort_id, None)
    assert due(miccai) is None and schedules.start_due(first + WEEK) == 0
    with pytest.raises(NotAllowedError, match="paused already"):
        schedules.pause(miccai.cohort_id, None)
    assert schedules.resume(miccai.cohort_id, None) == first
    with pytest.raises(NotAllowedError, match="not paused"):
        schedules.resume(miccai.cohort_id, None)


def test_a_change_counts_from_its_own_first_time_and_leaves_a_pause(miccai: Venue) -> None:
    schedules.make(miccai.cohort_id, WEEKLY, None)
    assert schedules.change(miccai.cohort_id, Wanted(None, 23), None) == due(miccai)
    found = schedule_of(miccai.cohort_id)
    assert found and found.days is None and found.starts_at.hour == 23
    schedules.pause(miccai.cohort_id, None)
    assert schedules.change(miccai.cohort_id, WEEKLY, None) is None
    assert due(miccai) is None


def test_every_act_is_in_the_audit_trail(miccai: Venue) -> None:
    schedules.make(miccai.cohort_id, WEEKLY, None)
    schedules.change(miccai.cohort_id, Wanted(3, 0), None)
    schedules.pause(miccai.cohort_id, None)
    schedules.resume(miccai.cohort_id, None)
    schedules.remove(miccai.cohort_id, None)
    assert actions() == [
        "cohort.schedule", "cohort.reschedule", "cohort.pause_schedule", "cohort.resume_schedule", "cohort.unschedule",
    ]  # fmt: skip
    assert schedule_of(miccai.cohort_id) is None


def test_a_cohort_has_one_schedule(miccai: Venue) -> None:
    schedules.make(miccai.cohort_id, WEEKLY, None)
    with pytest.raises(NotAllowedError, match="already"):
        schedules.make(miccai.cohort_id, WEEKLY, None)


@pytest.mark.parametrize("wanted", [Wanted(0, 4), Wanted(366, 4), Wanted(7, 24), Wanted(7, -1)])
def test_what_is_no_such_time_is_refused(miccai: Venue, wanted: Wanted) -> None:
    with pytest.raises(InvalidInputError):
        schedules.make(miccai.cohort_id, wanted, None)


def test_a_first_day_far_away_is_refused_and_a_near_one_kept(miccai: Venue) -> None:
    today = datetime.now(UTC).date()
    with pytest.raises(InvalidInputError, match="365 days ahead"):
        schedules.make(miccai.cohort_id, Wanted(7, 4, today + timedelta(days=400)), None)
    assert schedules.make(miccai.cohort_id, Wanted(7, 4, today + timedelta(days=9)), None).date() == today + timedelta(
        9
    )


def test_what_is_not_there_cannot_be_changed(miccai: Venue) -> None:
    for act in (schedules.pause, schedules.resume, schedules.remove):
        with pytest.raises(NotFoundError):
            act(miccai.cohort_id, None)
    with pytest.raises(NotFoundError):
        schedules.make(miccai.cohort_id + 1, WEEKLY, None)


def test_a_cohort_goes_with_its_schedule_and_rounds(miccai: Venue) -> None:
    first = schedules.make(miccai.cohort_id, WEEKLY, None)
    schedules.start_due(first)
    cohorts.remove(miccai.cohort_id, None)
    assert schedule_of(miccai.cohort_id) is None and rounds_of(miccai.cohort_id) == []


def test_many_that_look_at_once_begin_each_round_once(in_app: Flask) -> None:
    """Seen to fail: without FOR UPDATE in `_NEXT_DUE`, rounds were begun by two."""
    venues = [venue(1, f"Venue {number}") for number in range(4)]
    first = max(schedules.make(one.cohort_id, WEEKLY, None) for one in venues)
    begun = race(in_app, [lambda: schedules.start_due(first)] * 6)
    assert sum(one for one in begun if isinstance(one, int)) == 4, begun
    assert db.session.scalar(select(func.count()).select_from(Recheck)) == 4
    assert db.session.scalar(select(func.count()).select_from(BulkAction)) == 4
    assert db.session.scalar(select(func.count()).select_from(BulkItem)) == 4
