"""Bulk actions: the last ones of a team, and one with its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select

from dashboard.engine import bulk
from dashboard.engine.bulk import ItemState
from dashboard.extensions import db
from dashboard.models import BulkAction, BulkItem, Paper, User, WorkflowRun
from dashboard.reads.runs import Share

PAGE = 100
LISTED = 50
IN_ORDER = (ItemState.DONE, ItemState.REFUSED, ItemState.STOPPED, ItemState.PENDING)


@dataclass(frozen=True)
class Progress:
    """How far an action is: how many runs are in each state."""

    total: int
    counts: Mapping[str, int]

    @property
    def shares(self) -> tuple[Share, ...]:
        """Those that have some, in the order of the segments of a bar."""
        return tuple(Share(state, self.counts[state]) for state in IN_ORDER if self.counts.get(state))

    @property
    def waiting(self) -> int:
        return self.counts.get(ItemState.PENDING, 0)

    @property
    def refused(self) -> int:
        return self.counts.get(ItemState.REFUSED, 0)

    @property
    def ended(self) -> int:
        return self.total - self.waiting


@dataclass(frozen=True)
class BulkRow:
    """An action as the list shows it."""

    id: int
    verb: str
    starter: str | None
    created_at: datetime
    progress: Progress


@dataclass(frozen=True)
class ItemRow:
    """A run of an action."""

    run_id: int
    paper: str
    state: str
    message: str | None
    new_run_id: int | None
    ended_at: datetime | None


@dataclass(frozen=True)
class ItemPage:
    """One page of an action's runs; `next_after` opens the next, None at the end."""

    rows: tuple[ItemRow, ...]
    next_after: int | None


def progress(action: BulkAction) -> Progress:
    """One query."""
    return Progress(action.total, bulk.counts(db.session.connection(), action.id))


def starter(action: BulkAction) -> str | None:
    """Who asked for it."""
    return db.session.scalar(select(User.name).where(User.id == action.created_by))


def items(bulk_id: int, state: str, after: int) -> ItemPage:
    """The runs after that one, in one state or all; one query."""
    wanted = (
        select(BulkItem.run_id, func.coalesce(Paper.title, "no paper"), BulkItem.state, BulkItem.message,
               BulkItem.new_run_id, BulkItem.ended_at)
        .join(WorkflowRun, WorkflowRun.id == BulkItem.run_id)
        .outerjoin(Paper, Paper.id == WorkflowRun.paper_id)
        .where(BulkItem.bulk_id == bulk_id, BulkItem.run_id > after)
        .order_by(BulkItem.run_id)
        .limit(PAGE + 1)
    )  # fmt: skip
    found = [ItemRow(*row) for row in db.session.execute(wanted.where(BulkItem.state == state) if state else wanted)]
    return ItemPage(tuple(found[:PAGE]), found[PAGE - 1].run_id if len(found) > PAGE else None)


def of_team(team_id: int) -> list[BulkRow]:
    """The team's last actions, newest first; two queries."""
    wanted = select(BulkAction.id, BulkAction.verb, User.name, BulkAction.created_at, BulkAction.total)
    actions = db.session.execute(
        wanted.outerjoin(User, User.id == BulkAction.created_by)
        .where(BulkAction.team_id == team_id)
        .order_by(BulkAction.id.desc())
        .limit(LISTED)
    ).all()
    counts = counted([row.id for row in actions])
    return [_listed(row, counts.get(row.id, {})) for row in actions]


def _listed(row: Row[int, str, str, datetime, int], counts: Mapping[str, int]) -> BulkRow:
    return BulkRow(row.id, row.verb, row.name, row.created_at, Progress(row.total, counts))


def counted(bulk_ids: list[int]) -> dict[int, dict[str, int]]:
    """How many runs of each action are in each state; one query."""
    found: dict[int, dict[str, int]] = {}
    wanted = select(BulkItem.bulk_id, BulkItem.state, func.count()).where(
        BulkItem.state.in_(list(ItemState)), BulkItem.bulk_id.in_(bulk_ids)
    )
    for bulk_id, state, number in db.session.execute(wanted.group_by(BulkItem.bulk_id, BulkItem.state)):
        found.setdefault(bulk_id, {})[state] = number
    return found
