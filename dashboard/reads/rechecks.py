"""What changed since: a cohort's schedule, its last rounds, and what one round found otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from dashboard.engine.bulk import ItemState
from dashboard.engine.differences import WORDS, Kind, in_words
from dashboard.extensions import db
from dashboard.models import Paper, Recheck, RecheckChange, RecheckedRun, Schedule, User
from dashboard.reads import bulk

Joined = Select[*tuple[Any, ...]]

LISTED = 6
PAGE = 100
LATE_SECONDS = 600
WEEK = 7
# The picture and the tone of each kind.
MARKS = {
    Kind.LINK_DIED: ("octagon-x", "bad"),
    Kind.LINK_BACK: ("circle-check", "good"),
    Kind.LINK_MOVED: ("arrow-right", "held"),
    Kind.REPOSITORY_GONE: ("octagon-x", "bad"),
    Kind.REPOSITORY_BACK: ("circle-check", "good"),
    Kind.REPOSITORY_MOVED: ("arrow-right", "held"),
    Kind.NEW_COMMITS: ("circle-plus", "idle"),
    Kind.CRITERION: ("list", "held"),
    Kind.SCORE: ("activity", "held"),
}


@dataclass(frozen=True)
class Tally:
    """How often a kind of change was found."""

    kind: Kind
    number: int

    @property
    def words(self) -> str:
        return in_words(self.kind, self.number)

    @property
    def icon(self) -> str:
        return MARKS[self.kind][0]

    @property
    def tone(self) -> str:
        return MARKS[self.kind][1]


@dataclass(frozen=True)
class Round:
    """A round: in which states its bulk action has how many of the cohort's papers, and what it found in those it has
    compared."""

    id: int
    bulk_id: int | None
    started_at: datetime
    ended_at: datetime | None
    starter: str | None
    papers: int
    states: Mapping[str, int]
    compared: int
    found: tuple[Tally, ...]

    @property
    def asked(self) -> int:
        return sum(self.states.values())

    @property
    def refused(self) -> int:
        return self.states.get(ItemState.REFUSED, 0)

    @property
    def left_out(self) -> int:
        return self.papers - self.asked


@dataclass(frozen=True)
class ChangeRow:
    """One thing that changed in a paper, and the two runs that saw it."""

    id: int
    paper_id: int
    title: str
    kind: Kind
    subject: str
    was: str
    became: str
    before_run_id: int
    run_id: int

    @property
    def mark(self) -> Tally:
        return Tally(self.kind, 1)

    @property
    def words(self) -> str:
        """The kind, without a number."""
        return WORDS[self.kind][0]


@dataclass(frozen=True)
class Changes:
    """One page of them; `next_after` opens the next, None at the end."""

    rows: tuple[ChangeRow, ...]
    next_after: int | None


@dataclass(frozen=True)
class Watch:
    """What a cohort's page says of rechecks. `is_late` when the time has passed and no round has begun."""

    schedule: Schedule | None
    rounds: tuple[Round, ...]
    is_late: bool

    @property
    def latest(self) -> Round | None:
        return self.rounds[0] if self.rounds else None

    @property
    def rhythm(self) -> str:
        """What the form has chosen: `week`, `month` or `days`."""
        if self.schedule is None or self.schedule.days == WEEK:
            return "week"
        return "days" if self.schedule.days else "month"

    @property
    def every(self) -> str:
        """After the word "every"."""
        if self.schedule is None or self.rhythm != "days":
            return self.rhythm
        return "day" if self.schedule.days == 1 else f"{self.schedule.days} days"


def of_cohort(cohort_id: int, moment: datetime) -> Watch:
    """The schedule and the last rounds, newest first; five queries, however many papers."""
    schedule = schedule_of(cohort_id)
    due_at = schedule.due_at if schedule else None
    newest = _ROUNDS.where(Recheck.cohort_id == cohort_id).order_by(Recheck.id.desc()).limit(LISTED)
    return Watch(schedule, _rounds(newest), due_at is not None and (moment - due_at).total_seconds() > LATE_SECONDS)


def schedule_of(cohort_id: int) -> Schedule | None:
    return db.session.scalar(select(Schedule).where(Schedule.cohort_id == cohort_id))


def one(cohort_id: int, round_id: int) -> Round | None:
    """That round of that cohort."""
    found = _rounds(_ROUNDS.where(Recheck.cohort_id == cohort_id, Recheck.id == round_id))
    return found[0] if found else None


def changes(round_id: int, kind: str, after: int) -> Changes:
    """Those of a round after that one, of one kind or all; one query."""
    rows = [ChangeRow(*row) for row in db.session.execute(_changes(round_id, kind, after).limit(PAGE + 1))]
    return Changes(tuple(rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else None)


def every_change(round_id: int, kind: str) -> Iterator[ChangeRow]:
    """All of them, read as they are asked for."""
    after: int | None = 0
    while after is not None:
        page = changes(round_id, kind, after)
        yield from page.rows
        after = page.next_after


_ROUNDS = select(
    Recheck.id, Recheck.bulk_id, Recheck.started_at, Recheck.ended_at, User.name.label("starter"), Recheck.papers
).outerjoin(User, User.id == Recheck.started_by)


def _changes(round_id: int, kind: str, after: int) -> Joined:
    columns = (
        RecheckChange.id, RecheckChange.paper_id, func.coalesce(Paper.title, "a paper that is gone"),
        RecheckChange.kind, RecheckChange.subject, RecheckChange.was, RecheckChange.became,
        RecheckChange.before_run_id, RecheckChange.run_id,
    )  # fmt: skip
    wanted = select(*columns).outerjoin(Paper, Paper.id == RecheckChange.paper_id)
    wanted = wanted.where(RecheckChange.recheck_id == round_id, RecheckChange.id > after).order_by(RecheckChange.id)
    return wanted.where(RecheckChange.kind == kind) if kind else wanted


def _rounds(wanted: Joined) -> tuple[Round, ...]:
    rows = db.session.execute(wanted).all()
    if not rows:
        return ()
    ids = [row.id for row in rows]
    found, compared = _found(ids), _compared(ids)
    asked = bulk.counted([row.bulk_id for row in rows if row.bulk_id])
    return tuple(
        Round(**row._mapping, states=asked.get(row.bulk_id, {}), compared=compared.get(row.id, 0),
              found=tuple(Tally(kind, found[row.id, kind]) for kind in Kind if (row.id, kind) in found))
        for row in rows
    )  # fmt: skip


def _found(ids: Collection[int]) -> Mapping[tuple[int, str], int]:
    counted = select(RecheckChange.recheck_id, RecheckChange.kind, func.count())
    by_kind = counted.group_by(RecheckChange.recheck_id, RecheckChange.kind)
    return {(row[0], row[1]): row[2] for row in db.session.execute(by_kind.where(RecheckChange.recheck_id.in_(ids)))}


def _compared(ids: Collection[int]) -> Mapping[int, int]:
    counted = select(RecheckedRun.recheck_id, func.count()).group_by(RecheckedRun.recheck_id)
    return {row[0]: row[1] for row in db.session.execute(counted.where(RecheckedRun.recheck_id.in_(ids)))}
