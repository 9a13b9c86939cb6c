"""Lists of runs: one page at a time, filtered and ordered, each with how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Subquery, cast, func, select, union_all

from dashboard.engine.states import NODE_PASSED, RunStatus
from dashboard.extensions import db
from dashboard.models import Paper, User, WorkflowDefinition, WorkflowNode, WorkflowRun
from dashboard.reads import run_filter
from dashboard.reads.run_filter import Filter

PAGE = 50
LOOKED_THROUGH = 1500
LEARN_FROM = 20
BAR_STATES = "SUCCEEDED SKIPPED FAILED POISONED UPSTREAM_FAILED CANCELLED RUNNING READY HELD PENDING"
BAR_ORDER = BAR_STATES.split()

Joined = Select[*tuple[Any, ...]]
Keys = Select[int]


@dataclass(frozen=True)
class Share:
    """How many nodes of a run are in a state."""

    status: str
    number: int


@dataclass(frozen=True)
class RunRow:
    """A run as lists show it."""

    id: int
    status: str
    paper_id: int | None
    paper: str
    definition_id: int
    workflow: str
    version: int
    score: float | None
    starter: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    dealt_with_at: datetime | None = None
    shares: tuple[Share, ...] = ()

    @property
    def lasted(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.finished_at and self.started_at else None

    @property
    def total(self) -> int:
        return sum(share.number for share in self.shares)

    @property
    def passed(self) -> int:
        return sum(share.number for share in self.shares if share.status in NODE_PASSED)


@dataclass(frozen=True)
class RunPage:
    """One page of runs; `next_before` opens the page after it, None at the end.

    `looked_through`: a search found less than a page in that many runs, and goes on after them.
    """

    rows: tuple[RunRow, ...]
    next_before: int | None
    looked_through: int | None = None


_ROW = (
    WorkflowRun.id, WorkflowRun.status, WorkflowRun.paper_id, func.coalesce(Paper.title, "no paper").label("paper"),
    WorkflowRun.definition_id, WorkflowDefinition.name.label("workflow"), WorkflowDefinition.version, WorkflowRun.score,
    User.name.label("starter"), WorkflowRun.created_at, WorkflowRun.started_at, WorkflowRun.finished_at,
    WorkflowRun.dealt_with_at,
)  # fmt: skip


def page(team_id: int, narrowed: Filter, limit: int = PAGE) -> RunPage:
    """A page of the team's runs: one query whatever the history, two where a search found less than a page."""
    keys = _searched(team_id, narrowed) if narrowed.is_searched else _along(team_id, narrowed)
    found = listed(keys.limit(limit + 1), run_filter.order(narrowed))
    if len(found) > limit:
        return RunPage(tuple(found[:limit]), found[limit - 1].id)
    end = _search_end(team_id, narrowed) if narrowed.is_searched else None
    return RunPage(tuple(found), end, LOOKED_THROUGH if end is not None else None)


def ids(team_id: int, narrowed: Filter, most: int) -> list[int]:
    """The runs of all pages, but for those beyond `most`."""
    return list(db.session.scalars(_keys(team_id, narrowed).order_by(*run_filter.order(narrowed)).limit(most)))


def count(team_id: int, narrowed: Filter, most: int) -> int:
    """How many runs are on all pages; counting ends at `most`."""
    few = _keys(team_id, narrowed).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0


def named(team_id: int, run_ids: Collection[int]) -> list[RunRow]:
    """Those of the runs that are the team's, newest first, without their nodes."""
    wanted = _joined(select(*_ROW)).where(WorkflowRun.team_id == team_id, WorkflowRun.id.in_(sorted(run_ids)))
    return [RunRow(*row) for row in db.session.execute(wanted.order_by(WorkflowRun.id.desc()))]


def of_paper(paper_id: int, limit: int = 10) -> list[RunRow]:
    """The paper's last runs, newest first."""
    of_it = select(WorkflowRun.id).where(WorkflowRun.paper_id == paper_id)
    return listed(of_it.order_by(WorkflowRun.id.desc()).limit(limit))


def listed(keys: Keys, order: Sequence[ColumnElement[Any]] = (WorkflowRun.id.desc(),)) -> list[RunRow]:
    """The runs of those keys with their nodes counted by state; one query, which finds the keys before all else."""
    tallied = _tallied(keys.subquery())
    wanted = _joined(select(*_ROW, tallied.c.tally)).join(tallied, tallied.c.id == WorkflowRun.id)
    return [replace(RunRow(*run), shares=_shares(tally)) for *run, tally in db.session.execute(wanted.order_by(*order))]


def in_order(shares: Collection[Share]) -> tuple[Share, ...]:
    """Finished first, broken next, then what moves, then what waits: the order of the segments of a bar."""
    return tuple(sorted(shares, key=lambda share: BAR_ORDER.index(share.status)))


def in_run_order(shares: Collection[Share]) -> tuple[Share, ...]:
    """How many runs are in each state, in the order in which runs pass through them."""
    return tuple(sorted(shares, key=lambda share: list(RunStatus).index(RunStatus(share.status))))


def usual_seconds(definition_ids: Collection[int]) -> Mapping[int, float]:
    """How long a run of each definition usually takes: the median of its last finished ones; absent when none is.

    One query, or none.
    """
    took: dict[int, list[float]] = {}
    each = [_last_of(definition_id).subquery() for definition_id in sorted(set(definition_ids))]
    for row in db.session.execute(union_all(*map(select, each))) if each else ():
        took.setdefault(row.definition_id, []).append(row.seconds)
    return {definition_id: median(seconds) for definition_id, seconds in took.items()}


def _last_of(definition_id: int) -> Joined:
    return (
        select(WorkflowRun.definition_id, WorkflowRun.seconds)
        .where(WorkflowRun.definition_id == definition_id, WorkflowRun.status == RunStatus.SUCCEEDED)
        .where(WorkflowRun.seconds.is_not(None))
        .order_by(WorkflowRun.id.desc())
        .limit(LEARN_FROM)
        .with_hint(WorkflowRun, "FORCE INDEX (ix_run_definition_status)", "mysql")  # else two are merged, and sorted
    )


def _joined(wanted: Joined) -> Joined:
    return (
        wanted.join(WorkflowDefinition, WorkflowDefinition.id == WorkflowRun.definition_id)
        .outerjoin(Paper, Paper.id == WorkflowRun.paper_id)
        .outerjoin(User, User.id == WorkflowRun.started_by)
    )


def _keys(team_id: int, narrowed: Filter) -> Keys:
    return select(WorkflowRun.id).where(*run_filter.conditions(team_id, narrowed), *run_filter.searches(narrowed))


def _along(team_id: int, narrowed: Filter) -> Keys:
    """The runs behind the keyset that an index leads along, in the order of the list."""
    known = run_filter.conditions(team_id, narrowed)
    wanted = select(WorkflowRun.id).where(*known, *run_filter.behind(narrowed))
    return wanted.order_by(*run_filter.order(narrowed))


def _searched(team_id: int, narrowed: Filter) -> Keys:
    """Those that fit among the next `LOOKED_THROUGH` of them: a search that finds nothing reads no whole history."""
    looked_at = _along(team_id, narrowed).limit(LOOKED_THROUGH).subquery()
    fitting = select(WorkflowRun.id).join(looked_at, looked_at.c.id == WorkflowRun.id)
    return fitting.where(*run_filter.searches(narrowed)).order_by(*run_filter.order(narrowed))


def _search_end(team_id: int, narrowed: Filter) -> int | None:
    """The last run that was looked at; None when none comes after it. It is asked for once the search is over, so that
    runs which start meanwhile let the next search look at some again, and miss none."""
    ends = db.session.scalars(_along(team_id, narrowed).offset(LOOKED_THROUGH - 1).limit(2)).all()
    return ends[0] if len(ends) > 1 else None


def _tallied(keys: Subquery) -> Subquery:
    """A row a run, with its nodes counted by state as one text: rows are dear, texts are cheap."""
    by_state = (
        select(keys.c.id, WorkflowNode.status, func.count().label("number"))
        .join_from(keys, WorkflowNode, WorkflowNode.run_id == keys.c.id, isouter=True)
        .group_by(keys.c.id, WorkflowNode.status)
        .subquery()
    )
    each = by_state.c.status + ":" + cast(by_state.c.number, String)
    return select(by_state.c.id, func.aggregate_strings(each, " ").label("tally")).group_by(by_state.c.id).subquery()


def _shares(tally: str | None) -> tuple[Share, ...]:
    pairs = [each.split(":") for each in (tally or "").split()]
    return in_order([Share(status, int(number)) for status, number in pairs])
