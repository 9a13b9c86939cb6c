"""Rhythm: when something that comes again and again is next due. Pure; all times are UTC."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

MOST_DAYS = 365


@dataclass(frozen=True)
class Rhythm:
    """Every so many days, or each month on the same day where `days` is None, counted from `start`.

    A month that is too short for that day has it on its last: what began on a 31st comes on the 30th of April.
    """

    start: datetime
    days: int | None

    def after(self, moment: datetime) -> datetime:
        """The first time after that moment: however many were missed before it, they are not made up for."""
        if moment < self.start:
            return self.start
        if self.days is not None:
            return self.start + timedelta(days=((moment - self.start).days // self.days + 1) * self.days)
        passed = (moment.year - self.start.year) * 12 + moment.month - self.start.month
        this_month = self._after_months(passed)
        return this_month if this_month > moment else self._after_months(passed + 1)

    def _after_months(self, count: int) -> datetime:
        years, month = divmod(self.start.month - 1 + count, 12)
        year = self.start.year + years
        last = calendar.monthrange(year, month + 1)[1]
        return self.start.replace(year=year, month=month + 1, day=min(self.start.day, last))


def first_time(moment: datetime, hour: int, on: date | None = None) -> datetime:
    """That hour on that day; without a day, or on one that is over, the next time it strikes after the moment."""
    wanted = datetime.combine(max(on or moment.date(), moment.date()), time(hour, tzinfo=UTC))
    return wanted if wanted > moment else wanted + timedelta(days=1)
