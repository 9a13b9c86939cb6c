"""What stands around the list of runs: the views and workflows to narrow it to, and how many runs fit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import literal, null, select, union_all

from dashboard.extensions import db
from dashboard.models import SavedView, WorkflowDefinition
from dashboard.reads import attention, runs
from dashboard.reads.run_filter import Filter
from dashboard.reads.saved_views import ViewRow


@dataclass(frozen=True)
class Offers:
    """The team's views by name, and the names of the workflows."""

    views: tuple[ViewRow, ...]
    workflows: tuple[str, ...]


@dataclass(frozen=True)
class Workflow:
    """A workflow that may be started."""

    name: str


@dataclass(frozen=True)
class Counts:
    """Both end at a bound. `total` is None where runs must be read one by one to be counted."""

    attention_count: int
    total: int | None


def of_team(team_id: int) -> Offers:
    """One query."""
    views = select(literal("view").label("kind"), SavedView.name, SavedView.id, SavedView.parts)
    workflows = select(literal("workflow"), WorkflowDefinition.name, null(), null())
    rows = db.session.execute(
        union_all(views.where(SavedView.team_id == team_id), workflows.where(WorkflowDefinition.is_active))
    )
    offered = sorted(rows, key=lambda row: row.name)
    return Offers(
        tuple(ViewRow(row.id, row.name, row.parts) for row in offered if row.kind == "view"),
        tuple(row.name for row in offered if row.kind == "workflow"),
    )


def workflows() -> list[Workflow]:
    """The workflows that may be started, by name; one query."""
    named = select(WorkflowDefinition.name).where(WorkflowDefinition.is_active).order_by(WorkflowDefinition.name)
    return [Workflow(name) for name in db.session.scalars(named)]


def counts(team_id: int, narrowed: Filter, most: int) -> Counts:
    """How many runs need attention, and how many fit; one query."""
    total = null() if narrowed.is_searched else runs.counted(team_id, narrowed, most)
    return Counts(*db.session.execute(select(attention.counted(team_id), total)).one())
