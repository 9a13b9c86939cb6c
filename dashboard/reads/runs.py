"""Lists of runs: one page at a time, newest first, filtered, each with how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from dashboard.engine.states import NODE_PASSED, RunStatus
from dashboard.extensions import db
from dashboard.models import Paper, User, WorkflowDefinition, WorkflowNode, WorkflowRun
from dashboard.reads import run_filter
from dashboard.reads.run_filter import Filter

PAGE = 50
LEARN_FROM = 20
BAR_STATES = "SUCCEEDED SKIPPED FAILED POISONED UPSTREAM_FAILED CANCELLED RUNNING READY HELD PENDING"
BAR_ORDER = BAR_STATES.split()

Joined = Select[*tuple[Any, ...]]


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
    """One page of runs; `next_before` opens the page after it, None at the end."""

    rows: tuple[RunRow, ...]
    next_before: int | None


def page(team_id: int, narrowed: Filter, limit: int = PAGE) -> RunPage:
    """A page of the team's runs: two queries whatever the history."""
    wanted = _joined().where(WorkflowRun.team_id == team_id, *run_filter.conditions(narrowed))
    found = rows(wanted.order_by(None).order_by(run_filter.order(narrowed)).limit(limit + 1))
    more = found[limit - 1].id if len(found) > limit else None
    return RunPage(tuple(with_shares(found[:limit])), more)


def ids(team_id: int, narrowed: Filter, most: int) -> list[int]:
    """The runs of all pages, but for those beyond `most`."""
    return list(db.session.scalars(_keys(team_id, narrowed).order_by(run_filter.order(narrowed)).limit(most)))


def count(team_id: int, narrowed: Filter, most: int) -> int:
    """How many runs are on all pages; counting ends at `most`."""
    return db.session.scalar(select(func.count()).select_from(_keys(team_id, narrowed).limit(most).subquery())) or 0


def named(team_id: int, run_ids: Collection[int]) -> list[RunRow]:
    """Those of the runs that are the team's, newest first, without their nodes."""
    return rows(_joined().where(WorkflowRun.team_id == team_id, WorkflowRun.id.in_(sorted(run_ids))))


def of_paper(paper_id: int, limit: int = 10) -> list[RunRow]:
    """The paper's last runs, newest first."""
    return with_shares(rows(_joined().where(WorkflowRun.paper_id == paper_id).limit(limit)))


def in_states(team_id: int, statuses: Collection[str], limit: int = PAGE) -> list[RunRow]:
    """The team's newest runs in one of those states."""
    return rows(_joined().where(WorkflowRun.team_id == team_id, WorkflowRun.status.in_(sorted(statuses))).limit(limit))


def newest_of_their_paper(team_id: int, status: str, limit: int = PAGE) -> list[RunRow]:
    """Runs in that state which no later run of the same paper has replaced."""
    return rows(
        _joined().where(WorkflowRun.team_id == team_id, WorkflowRun.status == status, not_replaced()).limit(limit)
    )


def not_replaced() -> ColumnElement[bool]:
    """No newer run of the same paper exists."""
    newer = WorkflowRun.__table__.alias("newer")
    return ~select(newer.c.id).where(newer.c.paper_id == WorkflowRun.paper_id, newer.c.id > WorkflowRun.id).exists()


def with_shares(found: list[RunRow]) -> list[RunRow]:
    """The same rows with their nodes counted by state; one query."""
    counted: dict[int, list[Share]] = {}
    grouped = (
        select(WorkflowNode.run_id, WorkflowNode.status, func.count())
        .where(WorkflowNode.run_id.in_([row.id for row in found]))
        .group_by(WorkflowNode.run_id, WorkflowNode.status)
    )
    for run_id, status, number in db.session.execute(grouped) if found else ():
        counted.setdefault(run_id, []).append(Share(status, number))
    return [RunRow(**{**vars(row), "shares": in_order(counted.get(row.id, []))}) for row in found]


def in_order(shares: Collection[Share]) -> tuple[Share, ...]:
    """Finished first, broken next, then what moves, then what waits: the order of the segments of a bar."""
    return tuple(sorted(shares, key=lambda share: BAR_ORDER.index(share.status)))


def in_run_order(shares: Collection[Share]) -> tuple[Share, ...]:
    """How many runs are in each state, in the order in which runs pass through them."""
    return tuple(sorted(shares, key=lambda share: list(RunStatus).index(RunStatus(share.status))))


def usual_seconds(definition_ids: Collection[int]) -> Mapping[int, float]:
    """How long a run of each definition usually takes: the median of its last finished ones; absent when none is."""
    usual: dict[int, float] = {}
    for definition_id in sorted(set(definition_ids)):
        spans = db.session.execute(
            select(WorkflowRun.started_at, WorkflowRun.finished_at)
            .where(WorkflowRun.definition_id == definition_id, WorkflowRun.status == RunStatus.SUCCEEDED)
            .order_by(WorkflowRun.id.desc())
            .limit(LEARN_FROM)
        ).all()
        lasted = [(end - start).total_seconds() for start, end in spans if start and end]
        if lasted:
            usual[definition_id] = median(lasted)
    return usual


def rows(selected: Joined) -> list[RunRow]:
    """Run a query made by `_joined`."""
    return [RunRow(**row._mapping) for row in db.session.execute(selected)]


def _keys(team_id: int, narrowed: Filter) -> Select[int]:
    return (
        select(WorkflowRun.id)
        .join(WorkflowDefinition, WorkflowDefinition.id == WorkflowRun.definition_id)
        .outerjoin(Paper, Paper.id == WorkflowRun.paper_id)
        .where(WorkflowRun.team_id == team_id, *run_filter.conditions(replace(narrowed, before=None)))
    )


def _joined() -> Joined:
    return (
        select(
            WorkflowRun.id, WorkflowRun.status, WorkflowRun.paper_id,
            func.coalesce(Paper.title, "no paper").label("paper"),
            WorkflowRun.definition_id, WorkflowDefinition.name.label("workflow"), WorkflowDefinition.version,
            WorkflowRun.score, User.name.label("starter"), WorkflowRun.created_at, WorkflowRun.started_at,
            WorkflowRun.finished_at,
        )
        .join(WorkflowDefinition, WorkflowDefinition.id == WorkflowRun.definition_id)
        .outerjoin(Paper, Paper.id == WorkflowRun.paper_id)
        .outerjoin(User, User.id == WorkflowRun.started_by)
        .order_by(WorkflowRun.id.desc())
    )  # fmt: skip
