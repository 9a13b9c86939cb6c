"""Schedules: a cohort's links and repositories are looked at again every week, every month or every so many days.

The row of a schedule is the truth about when: whoever comes first once it is due begins the round and moves the time
on, in one transaction. So a second timekeeper finds nothing, and times missed while none was there are one round.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.engine import acts, cohorts, doorbell, rechecks
from dashboard.engine.acts import Act
from dashboard.engine.bulk import QUEUE
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.rhythm import MOST_DAYS, Rhythm, first_time
from dashboard.engine.transactions import look, persist
from dashboard.models import Schedule

schedule = cast(Table, Schedule.__table__)

_DUE = (
    select(schedule)
    .where(schedule.c.due_at <= bindparam("moment"))
    .order_by(schedule.c.due_at, schedule.c.id)
    .limit(1)
    .execution_options(point="schedule: due")
)
_NEXT_DUE = _DUE.with_for_update(skip_locked=True).execution_options(point="schedule: take")


@dataclass(frozen=True)
class Wanted:
    """When people want it: every `days` (each month where there are none) at that hour, UTC, from that day on."""

    days: int | None
    hour: int
    on: date | None = None

    def rhythm(self, moment: datetime) -> Rhythm:
        """From that moment on. InvalidInputError for what is no such time."""
        if self.days is not None and not 1 <= self.days <= MOST_DAYS:
            raise InvalidInputError(f"A recheck comes every 1 to {MOST_DAYS} days.")
        if not 0 <= self.hour <= 23:
            raise InvalidInputError("The hour is a number from 0 to 23.")
        if self.on and (self.on - moment.date()).days > MOST_DAYS:
            raise InvalidInputError(f"The first day lies at most {MOST_DAYS} days ahead.")
        return Rhythm(first_time(moment, self.hour, self.on), self.days)


def make(cohort_id: int, wanted: Wanted, by: int | None) -> datetime:
    """Recheck the cohort from now on; when first. NotAllowedError where it has a schedule already."""
    try:
        return acts.perform(lambda connection: _make(connection, cohort_id, wanted, by))
    except IntegrityError:
        raise NotAllowedError("This cohort has a schedule already: change that one.") from None


def change(cohort_id: int, wanted: Wanted, by: int | None) -> datetime | None:
    """Recheck it at other times from now on; when next, None while it is paused."""

    def body(connection: Connection) -> Act[datetime | None]:
        mine, moment = _lock(connection, cohort_id), moment_of(connection)
        rhythm = wanted.rhythm(moment)
        due_at = None if mine.due_at is None else rhythm.start
        _set(connection, mine, starts_at=rhythm.start, days=rhythm.days, due_at=due_at)
        detail = {"before": _told(mine.days, mine.starts_at), "after": _told(rhythm.days, rhythm.start)}
        return cohorts.act(connection, "reschedule", cohort_id, mine.team_id, by, detail, due_at)

    return acts.perform(body)


def pause(cohort_id: int, by: int | None) -> None:
    """No round begins until somebody resumes it; the one under way goes on."""

    def body(connection: Connection) -> Act[None]:
        mine = _lock(connection, cohort_id)
        if mine.due_at is None:
            raise NotAllowedError("The schedule is paused already.")
        _set(connection, mine, due_at=None)
        return cohorts.act(connection, "pause_schedule", cohort_id, mine.team_id, by, {}, None)

    acts.perform(body)


def resume(cohort_id: int, by: int | None) -> datetime:
    """Rounds begin again, at the next of its times; what was missed meanwhile is not made up for."""

    def body(connection: Connection) -> Act[datetime]:
        mine, moment = _lock(connection, cohort_id), moment_of(connection)
        if mine.due_at is not None:
            raise NotAllowedError("The schedule is not paused.")
        due_at = Rhythm(mine.starts_at, mine.days).after(moment)
        _set(connection, mine, due_at=due_at)
        return cohorts.act(connection, "resume_schedule", cohort_id, mine.team_id, by, {}, due_at)

    return acts.perform(body)


def remove(cohort_id: int, by: int | None) -> None:
    """No further round; what the rounds found stays."""

    def body(connection: Connection) -> Act[None]:
        mine = _lock(connection, cohort_id)
        connection.execute(delete(schedule).where(schedule.c.id == mine.id))
        detail = _told(mine.days, mine.starts_at)
        return cohorts.act(connection, "unschedule", cohort_id, mine.team_id, by, detail, None)

    acts.perform(body)


def start_due(moment: datetime | None = None) -> int:
    """Begin a round for every cohort whose time has come by that moment (by now); how many were begun here."""
    by_when, begun = moment or look(moment_of), 0
    while look(lambda connection: _is_any_due(connection, by_when)):
        if persist(lambda connection: _start_next(connection, by_when), landed=rechecks.is_begun) is None:
            break  # somebody else begins what is left
        begun += 1
    if begun:
        doorbell.ring([QUEUE])
    return begun


def moment_of(connection: Connection) -> datetime:
    """The database's time."""
    moment: datetime = connection.execute(select(now())).scalar_one()
    return moment


def _is_any_due(connection: Connection, moment: datetime) -> bool:
    """Asked first, because nobody should have to write to hear that there is nothing to do."""
    return connection.execute(_DUE, {"moment": moment}).first() is not None


def _start_next(connection: Connection, moment: datetime) -> int | None:
    """Whoever holds the row begins the round; the others pass on to the next row. The round's id."""
    mine = connection.execute(_NEXT_DUE, {"moment": moment}).first()
    if mine is None:
        return None
    _set(connection, mine, due_at=Rhythm(mine.starts_at, mine.days).after(moment))
    return rechecks.begin_within(connection, mine.cohort_id, mine.team_id, None).result


def _make(connection: Connection, cohort_id: int, wanted: Wanted, by: int | None) -> Act[datetime]:
    team_id, moment = cohorts.lock(connection, cohort_id), moment_of(connection)
    rhythm = wanted.rhythm(moment)
    values = {"cohort_id": cohort_id, "team_id": team_id, "days": rhythm.days, "starts_at": rhythm.start,
              "due_at": rhythm.start, "created_by": by, "created_at": moment}  # fmt: skip
    connection.execute(insert(schedule).values(values))
    detail = _told(rhythm.days, rhythm.start)
    return cohorts.act(connection, "schedule", cohort_id, team_id, by, detail, rhythm.start)


def _lock(connection: Connection, cohort_id: int) -> Row[Any]:
    mine = connection.execute(select(schedule).where(schedule.c.cohort_id == cohort_id).with_for_update()).first()
    if mine is None:
        raise NotFoundError("This cohort has no schedule.")
    return mine


def _set(connection: Connection, mine: Row[Any], **values: Any) -> None:
    connection.execute(update(schedule).where(schedule.c.id == mine.id).values(**values))


def _told(days: int | None, start: datetime) -> dict[str, Any]:
    """As the audit trail keeps it."""
    return {"days": days, "starts": start.isoformat(timespec="minutes")}
