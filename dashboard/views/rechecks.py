"""What a recheck found changed since the run before: by kind, live while it goes on, and as a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from dashboard.engine.differences import Kind
from dashboard.models import Cohort
from dashboard.reads import rechecks as recheck_lists
from dashboard.reads.rechecks import Round
from dashboard.views import access, live, sheets

pages = Blueprint("rechecks", __name__, url_prefix="/cohorts/<int:cohort_id>/rechecks")

SHEET = ["paper", "title", "change", "subject", "before", "after", "run before", "run"]


@pages.get("/<int:recheck_id>")
def show(cohort_id: int, recheck_id: int) -> str:
    cohort, found = _load(cohort_id, recheck_id)
    return render_template("pages/recheck.html", **_shown(cohort, found))


@pages.get("/<int:recheck_id>/live")
def poll(cohort_id: int, recheck_id: int) -> Response:
    """204 while no further run has been compared."""
    cohort, found = _load(cohort_id, recheck_id)
    if request.args.get("v") == live.fingerprint(found):
        return Response(status=204)
    return Response(render_template("partials/recheck.html", **_shown(cohort, found)))


@pages.get("/<int:recheck_id>/changes.csv")
def sheet(cohort_id: int, recheck_id: int) -> Response:
    """A row a change, of one kind if `kind` asks for it."""
    cohort, found = _load(cohort_id, recheck_id)
    return sheets.stream(f"cohort-{cohort.id}-recheck-{found.id}.csv", _rows(found.id, _kind()))


def _load(cohort_id: int, recheck_id: int) -> tuple[Cohort, Round]:
    cohort = access.cohort(cohort_id)
    return cohort, recheck_lists.one(cohort.id, recheck_id) or abort(404)


def _shown(cohort: Cohort, found: Round) -> dict[str, Any]:
    kind, after = _kind(), request.args.get("after", 0, type=int)
    rows = recheck_lists.changes(found.id, kind, after)
    return {
        "cohort": cohort, "round": found, "kind": kind, "after": after, "changes": rows, "v": live.fingerprint(found)
    }  # fmt: skip


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in list(Kind) else ""


def _rows(round_id: int, kind: str) -> Iterator[list[Any]]:
    yield SHEET
    for row in recheck_lists.every_change(round_id, kind):
        yield [row.paper_id, row.title, row.kind, row.subject, row.was, row.became, row.before_run_id, row.run_id]
