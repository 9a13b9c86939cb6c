"""Bulk actions: one act on many runs."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from dashboard.api.shapes.base import Asked, CursorAsked, Id, PageTold, Told
from dashboard.api.shapes.runs import RunFilter
from dashboard.engine.bulk import MOST_RUNS, ItemState, Verb


class BulkAsked(Asked):
    """What to do, and to which runs: those named, or all that fit the filter."""

    verb: Verb
    runs: list[Id] | None = Field(None, min_length=1, max_length=MOST_RUNS)
    all_that_fit: RunFilter | None = None


class Bulk(Told):
    """An action and how far it is."""

    id: int
    verb: Verb
    starter: str | None
    created_at: datetime
    total: int
    ended: int
    counts: dict[ItemState, int]


class BulkList(Told):
    """The last ones, newest first."""

    items: list[Bulk]


class BulkItem(Told):
    """A run of it; `message` says why it was refused, `new_run_id` is what a rerun started."""

    run_id: int
    paper: str
    state: ItemState
    message: str | None
    new_run_id: int | None
    ended_at: datetime | None


class BulkItems(PageTold):
    items: list[BulkItem]


class BulkItemsAsked(CursorAsked):
    """Its runs, all or those in one state, a hundred at a time."""

    state: ItemState | None = None


class Shifted(Told):
    """How many runs it was about."""

    runs: int
