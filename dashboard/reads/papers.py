"""Papers with their last run, and one paper's nodes against its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from dashboard.extensions import db
from dashboard.models import Paper, WorkflowNode, WorkflowRun
from dashboard.reads.runs import RunRow

PAGE = 50


@dataclass(frozen=True)
class PaperRow:
    """A paper as the list shows it, with its newest run."""

    id: int
    title: str
    filename: str
    bytes: int
    created_at: datetime
    run_id: int | None = None
    run_status: str | None = None
    score: float | None = None


@dataclass(frozen=True)
class PaperPage:
    """One page of papers; `next_before` opens the page of older ones."""

    rows: tuple[PaperRow, ...]
    next_before: int | None


@dataclass(frozen=True)
class Grid:
    """Nodes down, runs across: `statuses[node][i]` belongs to `run_ids[i]`; None where that run has no such node."""

    run_ids: tuple[int, ...]
    statuses: tuple[tuple[str, tuple[str | None, ...]], ...]


def page(team_id: int, text: str = "", before: int | None = None, limit: int = PAGE) -> PaperPage:
    """A page of the team's papers, newest first."""
    wanted = select(Paper).where(Paper.team_id == team_id).order_by(Paper.id.desc()).limit(limit + 1)
    if text:
        wanted = wanted.where(Paper.title.icontains(text, autoescape=True))
    if before is not None:
        wanted = wanted.where(Paper.id < before)
    found = db.session.scalars(wanted).all()
    return PaperPage(tuple(_rows(found[:limit])), found[limit - 1].id if len(found) > limit else None)


def grid(runs: Sequence[RunRow]) -> Grid:
    """How each node fared in each of those runs; one query."""
    ids = tuple(run.id for run in runs)
    rows = db.session.execute(
        select(WorkflowNode.run_id, WorkflowNode.node_id, WorkflowNode.status)
        .where(WorkflowNode.run_id.in_(ids))
        .order_by(WorkflowNode.position, WorkflowNode.run_id.desc())
    ).all()
    fared: dict[str, dict[int, str]] = {}
    for run_id, node_id, status in rows:
        fared.setdefault(node_id, {})[run_id] = status
    return Grid(ids, tuple((node_id, tuple(by_run.get(run_id) for run_id in ids)) for node_id, by_run in fared.items()))


def _rows(papers: Sequence[Paper]) -> list[PaperRow]:
    newest = (
        select(func.max(WorkflowRun.id))
        .where(WorkflowRun.paper_id.in_([paper.id for paper in papers]))
        .group_by(WorkflowRun.paper_id)
    )
    wanted = select(WorkflowRun.paper_id, WorkflowRun.id, WorkflowRun.status, WorkflowRun.score)
    last = {row[0]: row[1:] for row in db.session.execute(wanted.where(WorkflowRun.id.in_(newest)))} if papers else {}
    return [
        PaperRow(paper.id, paper.title, paper.filename, paper.bytes, paper.created_at, *last.get(paper.id, ()))
        for paper in papers
    ]
