"""Cohorts: the list, and the papers of one with the run that speaks for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Select, case, func, literal, select, union_all

from dashboard.engine import standing
from dashboard.engine.states import RUN_FINISHED
from dashboard.extensions import db
from dashboard.models import Cohort, CohortPaper, Paper, Rescore, Ruling, WorkflowNode, WorkflowRun
from dashboard.reads import rubrics

LISTED = 500
PAGE = 50
_HAS_ANSWERS = (WorkflowNode.node_id == standing.NODE) & WorkflowNode.committed_attempt.is_not(None)


@dataclass(frozen=True)
class CohortRow:
    """A cohort as the list shows it; `judged` papers have a run with answers."""

    id: int
    name: str
    description: str
    papers: int
    judged: int


@dataclass(frozen=True)
class Member:
    """A paper of a cohort, its newest run, and its newest run with answers."""

    cohort_id: int
    paper_id: int
    title: str
    run_id: int | None
    status: str | None
    judged_run: int | None

    @property
    def is_under_way(self) -> bool:
        return self.status is not None and self.status not in RUN_FINISHED


@dataclass(frozen=True)
class MemberPage:
    """A part of a cohort's papers; `next_after` is its last paper, None at the end."""

    rows: tuple[Member, ...]
    next_after: int | None


@dataclass(frozen=True)
class Candidate:
    """A paper that could join a cohort."""

    id: int
    title: str
    filename: str


@dataclass(frozen=True)
class Candidates:
    """The newest papers that fit and are not in it; `total` counts all that fit."""

    rows: tuple[Candidate, ...]
    total: int


def of_team(team_id: int) -> tuple[CohortRow, ...]:
    """The team's cohorts by name; one query, which asks of each paper whether there is a run with answers."""
    judged = select(WorkflowRun.id).where(
        WorkflowRun.paper_id == CohortPaper.paper_id, WorkflowNode.run_id == WorkflowRun.id
    )
    is_judged = judged.where(_HAS_ANSWERS).correlate(CohortPaper).exists()
    counts = func.count(CohortPaper.paper_id), func.count(case((is_judged, 1)))
    rows = db.session.execute(
        select(Cohort.id, Cohort.name, Cohort.description, *counts)
        .outerjoin(CohortPaper, CohortPaper.cohort_id == Cohort.id)
        .where(Cohort.team_id == team_id)
        .group_by(Cohort.id, Cohort.name, Cohort.description)
        .order_by(Cohort.name)
        .limit(LISTED)
    )
    return tuple(CohortRow(*row) for row in rows)


def members(cohort_ids: Collection[int]) -> tuple[Member, ...]:
    """The papers of those cohorts by title; one query, however many."""
    return tuple(Member(*row) for row in db.session.execute(_members(cohort_ids)))


def page(cohort_id: int, after: int | None, limit: int) -> MemberPage:
    """The next of them by title, behind the paper of that id, wherever it stands now."""
    wanted = _members([cohort_id])
    if after is not None:
        title = select(Paper.title).where(Paper.id == after).scalar_subquery()
        wanted = wanted.where((Paper.title > title) | ((Paper.title == title) & (Paper.id > after)))
    rows = [Member(*row) for row in db.session.execute(wanted.limit(limit + 1))]
    return MemberPage(tuple(rows[:limit]), rows[limit - 1].paper_id if len(rows) > limit else None)


def candidates(cohort: Cohort, text: str) -> Candidates:
    """Papers of the team that are not in the cohort, newest first, with `text` in their title."""
    fits = _fitting(cohort, text)
    rows = db.session.execute(
        select(Paper.id, Paper.title, Paper.filename).where(Paper.id.in_(fits)).order_by(Paper.id.desc()).limit(PAGE)
    )
    total = db.session.scalar(select(func.count()).select_from(fits.subquery()))
    return Candidates(tuple(Candidate(*row) for row in rows), total or 0)


def fitting(cohort: Cohort, text: str) -> Sequence[int]:
    """The ids of all of them."""
    return db.session.scalars(_fitting(cohort, text)).all()


def names(team_id: int) -> dict[int, str]:
    """The team's cohorts by name."""
    wanted = select(Cohort.id, Cohort.name).where(Cohort.team_id == team_id).order_by(Cohort.name).limit(LISTED)
    return {row.id: row.name for row in db.session.execute(wanted)}


def rubric_choices(team_id: int) -> dict[str, str]:
    """What a cohort may be judged by, as the address names it, and how it is called."""
    choices: dict[str, str] = {}
    for shelf in rubrics.listed(team_id):
        title = shelf.title or shelf.name
        each = {f"{shelf.name}@{one.number}": f"{title}, only version {one.number}" for one in shelf.versions}
        choices |= {shelf.name: title} | (each if len(each) > 1 or shelf.is_own else {})
    return choices


def state(cohort_ids: Collection[int]) -> tuple[tuple[object, ...], ...]:
    """What changes when the page of those cohorts does; one query, that reads no answers."""
    inside = select(CohortPaper.paper_id).where(CohortPaper.cohort_id.in_(cohort_ids))
    its_runs = select(WorkflowRun.id).where(WorkflowRun.paper_id.in_(inside))
    judging = WorkflowNode.run_id.in_(its_runs), WorkflowNode.node_id == standing.NODE
    parts: CompoundSelect[*tuple[Any, ...]] = union_all(
        select(literal("papers"), func.count(), func.sum(CohortPaper.paper_id)).where(
            CohortPaper.cohort_id.in_(cohort_ids)
        ),
        select(WorkflowRun.status, func.count(), func.max(WorkflowRun.id))
        .where(WorkflowRun.paper_id.in_(inside))
        .group_by(WorkflowRun.status),
        select(literal("answers"), func.count(), func.sum(WorkflowNode.committed_attempt)).where(*judging),
        select(literal("rulings"), func.count(Ruling.withdrawn_at), func.max(Ruling.id)).where(
            Ruling.paper_id.in_(inside)
        ),
        select(literal("rescores"), func.count(), func.max(Rescore.id)).where(Rescore.run_id.in_(its_runs)),
    )
    return tuple(sorted((tuple(row) for row in db.session.execute(parts)), key=str))


def _members(cohort_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """The papers of those cohorts, each with its newest run and its newest with answers."""
    inside = select(CohortPaper.paper_id).where(CohortPaper.cohort_id.in_(cohort_ids))
    newest = _newest_runs().where(WorkflowRun.paper_id.in_(inside)).subquery("newest")
    judged = _judged_runs().where(WorkflowRun.paper_id.in_(inside)).subquery("judged")
    return (
        select(CohortPaper.cohort_id, Paper.id, Paper.title, WorkflowRun.id, WorkflowRun.status, judged.c.run_id)
        .join(Paper, Paper.id == CohortPaper.paper_id)
        .outerjoin(newest, newest.c.paper_id == Paper.id)
        .outerjoin(WorkflowRun, WorkflowRun.id == newest.c.run_id)
        .outerjoin(judged, judged.c.paper_id == Paper.id)
        .where(CohortPaper.cohort_id.in_(cohort_ids))
        .order_by(Paper.title, Paper.id)
    )


def _newest_runs() -> Select[int | None, int]:
    """The newest run of each paper."""
    return select(WorkflowRun.paper_id, func.max(WorkflowRun.id).label("run_id")).group_by(WorkflowRun.paper_id)


def _judged_runs() -> Select[int | None, int]:
    """The newest run with answers of each paper: it may still be writing its report, or a later one have failed."""
    return _newest_runs().join(WorkflowNode, WorkflowNode.run_id == WorkflowRun.id).where(_HAS_ANSWERS)


def _fitting(cohort: Cohort, text: str) -> Select[int]:
    inside = select(CohortPaper.paper_id).where(CohortPaper.cohort_id == cohort.id)
    wanted = select(Paper.id).where(Paper.team_id == cohort.team_id, Paper.id.not_in(inside))
    return wanted.where(Paper.title.icontains(text, autoescape=True)) if text else wanted
