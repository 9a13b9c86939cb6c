"""What stands around the list of runs: the views and workflows to narrow it to, and how many need a person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import literal, null, select, union_all

from dashboard.extensions import db
from dashboard.models import SavedView, WorkflowDefinition
from dashboard.reads import attention
from dashboard.reads.saved_views import ViewRow


@dataclass(frozen=True)
class Offers:
    """The team's views by name, the names of the workflows, and how many runs need attention, up to a bound."""

    attention_count: int
    views: tuple[ViewRow, ...]
    workflows: tuple[str, ...]


@dataclass(frozen=True)
class Workflow:
    """A workflow that may be started."""

    name: str


def of_team(team_id: int) -> Offers:
    """One query."""
    views = select(literal("view").label("kind"), SavedView.name, SavedView.id, SavedView.parts)
    workflows = select(literal("workflow"), WorkflowDefinition.name, null(), null())
    counted = select(literal("attention"), literal(""), attention.counted(team_id), null())
    rows = db.session.execute(
        union_all(views.where(SavedView.team_id == team_id), workflows.where(WorkflowDefinition.is_active), counted)
    )
    offered = sorted(rows, key=lambda row: row.name)
    return Offers(
        next(row.id for row in offered if row.kind == "attention"),
        tuple(ViewRow(row.id, row.name, row.parts) for row in offered if row.kind == "view"),
        tuple(row.name for row in offered if row.kind == "workflow"),
    )


def workflows() -> list[Workflow]:
    """The workflows that may be started, by name; one query."""
    named = select(WorkflowDefinition.name).where(WorkflowDefinition.is_active).order_by(WorkflowDefinition.name)
    return [Workflow(name) for name in db.session.scalars(named)]
