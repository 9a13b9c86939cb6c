"""Retries: first the plain sentence of what will happen, then the act. Also many runs at once, and skipping a node."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import retrying, skipping
from dashboard.engine.errors import ConflictError, InvalidInputError, NotAllowedError
from dashboard.filters import counted
from dashboard.views import access

pages = Blueprint("retries", __name__, url_prefix="/runs")

MOST_AT_ONCE = 100


@pages.get("/<int:run_id>/retry")
def confirm(run_id: int) -> str:
    """`?node=` one node, without it all that failed; `?from_here=1` everything after it too."""
    run = access.run(run_id, access.Role.MEMBER)
    node_id, from_here = _choice()
    plan = retrying.plan(run_id, node_id, from_here)
    return render_template("pages/retry.html", run=run, plan=plan, node_id=node_id, from_here=from_here)


@pages.post("/<int:run_id>/retry")
def retry(run_id: int) -> AnyResponse:
    access.run(run_id, access.Role.MEMBER)
    node_id, from_here = _choice()
    seen = request.form.get("version", type=int)
    plan = retrying.retry(run_id, node_id, from_here, seen, access.viewer().user.id)
    flash(f"Retrying {counted(len(plan.resets), 'node')}.", "good")
    return redirect(url_for("runs.show", run_id=run_id), 303)


@pages.post("/retry")
def retry_many() -> AnyResponse:
    """Retry all that failed in each of the runs named; those that moved on meanwhile are left alone and counted."""
    run_ids = request.form.getlist("run", type=int)[:MOST_AT_ONCE]
    moved_on = 0
    for run_id in [access.run(run_id, access.Role.MEMBER).id for run_id in run_ids]:
        try:
            retrying.retry(run_id, None, False, None, access.viewer().user.id)
        except (ConflictError, NotAllowedError):
            moved_on += 1
    flash(f"Retrying {counted(len(run_ids) - moved_on, 'run')}.", "good")
    if moved_on:
        flash(f"{counted(moved_on, 'run')} had moved on: left unchanged.", "idle")
    return redirect(url_for("attention.show"), 303)


@pages.post("/<int:run_id>/nodes/<node_id>/skip")
def skip(run_id: int, node_id: str) -> AnyResponse:
    """Go on without the node; the reason is kept."""
    access.node(run_id, node_id, access.Role.MEMBER)
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise InvalidInputError("Skipping a node needs a reason.")
    skipping.skip(run_id, node_id, reason, access.viewer().user.id)
    return redirect(url_for("runs.show", run_id=run_id), 303)


def _choice() -> tuple[str | None, bool]:
    return request.values.get("node") or None, request.values.get("from_here") == "1"
