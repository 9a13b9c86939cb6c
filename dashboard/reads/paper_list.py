"""Lists of papers: one page at a time, each with its newest run, its score and the badges that came with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, func, select

from dashboard.engine import paper_runs
from dashboard.extensions import db
from dashboard.models import NodeAttempt, Paper, WorkflowDefinition, WorkflowNode
from dashboard.reads import paper_filter
from dashboard.reads.paper_filter import PaperFilter, last, scored
from dashboard.reads.scores import SCORING

PAGE = 50

Joined = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Shown:
    """A badge as lists show it; `is_warning` where it is nothing to be proud of."""

    title: str
    is_warning: bool


@dataclass(frozen=True)
class PaperRow:
    """A paper with its newest run, and the newest that was scored."""

    id: int
    title: str
    filename: str
    bytes: int
    created_at: datetime
    run_id: int | None
    run_status: str | None
    scored_run_id: int | None
    score: float | None
    badges: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class PaperPage:
    """One page of papers; `next_before` opens the page after it, None at the end."""

    rows: tuple[PaperRow, ...]
    next_before: str | None


@dataclass(frozen=True)
class Prospect:
    """What starting a workflow on papers would do: how many there are, and on how many it is under way or has
    succeeded."""

    papers: int
    under_way: int
    succeeded: int

    @property
    def fresh(self) -> int:
        return self.papers - self.under_way - self.succeeded

    @property
    def startable(self) -> int:
        return self.papers - self.under_way


def page(team_id: int, narrowed: PaperFilter, limit: int = PAGE) -> PaperPage:
    """A page of the team's papers: two queries whatever the history."""
    columns = (
        Paper.id, Paper.title, Paper.filename, Paper.bytes, Paper.created_at, last.id.label("run_id"),
        last.status.label("run_status"), scored.id.label("scored_run_id"), scored.score,
    )  # fmt: skip
    wanted = _chosen(select(*columns), team_id, narrowed).where(*paper_filter.after(narrowed)).limit(limit + 1)
    rows = [PaperRow(**row._mapping) for row in db.session.execute(wanted.order_by(*paper_filter.order(narrowed)))]
    more = _key(rows[limit - 1], narrowed) if len(rows) > limit else None
    return PaperPage(tuple(_with_badges(rows[:limit])), more)


def ids(team_id: int, narrowed: PaperFilter, most: int) -> list[int]:
    """The papers of all pages, but for those beyond `most`."""
    wanted = _chosen(select(Paper.id), team_id, narrowed).order_by(*paper_filter.order(narrowed))
    return list(db.session.scalars(wanted.limit(most)))


def count(team_id: int, narrowed: PaperFilter, most: int) -> int:
    """How many papers are on all pages; counting ends at `most`."""
    fitting = _fitting(select(Paper.id), team_id, narrowed)
    few = (_with_runs(fitting) if narrowed.is_of_runs else fitting).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0


def prospect(team_id: int, paper_ids: Collection[int], workflow: WorkflowDefinition) -> Prospect:
    """What starting that workflow on those of the papers that are the team's would do."""
    under_way, settled = (paper_runs.is_settled(workflow, again) for again in (True, False))
    mine = select(func.count(), func.sum(under_way.cast(Integer)), func.sum(settled.cast(Integer)))
    row = db.session.execute(mine.where(Paper.team_id == team_id, Paper.id.in_(sorted(paper_ids)))).one()
    going, done = int(row[1] or 0), int(row[2] or 0)
    return Prospect(int(row[0]), going, done - going)


def _chosen(columns: Joined, team_id: int, narrowed: PaperFilter) -> Joined:
    return _with_runs(_fitting(columns, team_id, narrowed))


def _fitting(columns: Joined, team_id: int, narrowed: PaperFilter) -> Joined:
    return columns.where(Paper.team_id == team_id, *paper_filter.conditions(narrowed))


def _with_runs(wanted: Joined) -> Joined:
    joined = wanted.select_from(Paper).outerjoin(last, paper_filter.is_last())
    return joined.outerjoin(scored, paper_filter.is_scored())


def _key(row: PaperRow, narrowed: PaperFilter) -> str:
    return f"{row.scored_run_id}:{row.id}" if narrowed.is_by_score else str(row.id)


def _with_badges(rows: Sequence[PaperRow]) -> list[PaperRow]:
    runs = [row.scored_run_id for row in rows if row.scored_run_id]
    earned = select(WorkflowNode.run_id, NodeAttempt.output["badges"]).join(
        NodeAttempt,
        and_(NodeAttempt.node_id == WorkflowNode.id, NodeAttempt.attempt == WorkflowNode.committed_attempt),
    )
    wanted = earned.where(WorkflowNode.run_id.in_(runs), WorkflowNode.node_id == SCORING)
    badges = {row[0]: row[1] for row in db.session.execute(wanted)} if runs else {}
    return [replace(row, badges=_shown(badges.get(row.scored_run_id))) for row in rows]


def _shown(badges: Any) -> tuple[Shown, ...]:
    return tuple(Shown(str(one["title"]), one["kind"] == "warning") for one in badges or ())
