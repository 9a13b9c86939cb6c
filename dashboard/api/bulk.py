"""Bulk actions: ask for one act on many runs, watch it, stop it, try again what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.api import cursors, guard
from dashboard.api.description import answers
from dashboard.api.runs import narrowed
from dashboard.api.shapes.bulk import Bulk, BulkAsked, BulkItem, BulkItems, BulkItemsAsked, BulkList, Shifted
from dashboard.engine import bulk
from dashboard.engine.bulk import MOST_RUNS
from dashboard.engine.errors import InvalidInputError
from dashboard.reads import bulk as bulk_lists
from dashboard.reads import runs as run_lists
from dashboard.views import access

routes = guard.noun("bulk")


@routes.get("")
@answers(BulkList)
def index() -> BulkList:
    """The team's last actions."""
    found = bulk_lists.of_team(access.team().id)
    return BulkList(items=[_told(row, row.starter, row.progress) for row in found])


@routes.post("")
@answers(Bulk, 201)
def create(json: BulkAsked) -> tuple[Bulk, int]:
    """Ask for the act; workers carry it out run by run."""
    team_id, by = access.team(access.Role.MEMBER).id, access.viewer().user.id
    chosen = narrowed(json.all_that_fit).parts if json.all_that_fit else {}
    return _shown(bulk.create(team_id, json.verb, _runs(team_id, json), chosen, by)), 201


@routes.get("/<int:bulk_id>")
@answers(Bulk)
def show(bulk_id: int) -> Bulk:
    """An action and how far it is."""
    return _shown(bulk_id)


@routes.get("/<int:bulk_id>/runs")
@answers(BulkItems)
def items(bulk_id: int, query: BulkItemsAsked) -> BulkItems:
    """What became of each of its runs."""
    action = access.bulk(bulk_id)
    found = bulk_lists.items(action.id, query.state or "", cursors.number_of(query) or 0)
    told = [BulkItem.model_validate(row) for row in found.rows]
    return BulkItems(items=told, next=cursors.next_page(query, found.next_after))


@routes.post("/<int:bulk_id>/stop")
@answers(Shifted)
def stop(bulk_id: int) -> Shifted:
    """Leave alone the runs whose turn has not come."""
    return Shifted(runs=bulk.stop(access.bulk(bulk_id, access.Role.MEMBER).id, access.viewer().user.id))


@routes.post("/<int:bulk_id>/retry")
@answers(Shifted)
def retry(bulk_id: int) -> Shifted:
    """Try again the runs that refused."""
    return Shifted(runs=bulk.retry_refused(access.bulk(bulk_id, access.Role.MEMBER).id, access.viewer().user.id))


def _runs(team_id: int, asked: BulkAsked) -> Sequence[int]:
    if (asked.runs is None) == (asked.all_that_fit is None):
        raise InvalidInputError("Name the runs, or say which filter they fit: one of runs and all_that_fit.")
    if asked.all_that_fit is None:
        return asked.runs or ()
    return run_lists.ids(team_id, narrowed(asked.all_that_fit), MOST_RUNS + 1)  # too many are refused by the engine


def _shown(bulk_id: int) -> Bulk:
    action = access.bulk(bulk_id)
    return _told(action, bulk_lists.starter(action), bulk_lists.progress(action))


def _told(of: Any, starter: str | None, progress: bulk_lists.Progress) -> Bulk:
    own = {name: getattr(of, name) for name in ("id", "verb", "created_at")}
    far = {"total": progress.total, "ended": progress.ended, "counts": progress.counts}
    return Bulk.model_validate({**own, **far, "starter": starter})
