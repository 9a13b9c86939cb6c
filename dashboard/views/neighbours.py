"""From one run to the one before or after it; looked up when it is asked for, so that no page pays for it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.reads.neighbours import Way, beside
from dashboard.views import access

pages = Blueprint("neighbours", __name__, url_prefix="/runs/<int:run_id>")


@pages.get("/older")
def older(run_id: int) -> AnyResponse:
    return _step(run_id, Way.OLDER, "This is your team's first run.")


@pages.get("/newer")
def newer(run_id: int) -> AnyResponse:
    return _step(run_id, Way.NEWER, "This is your team's newest run.")


def _step(run_id: int, way: Way, at_the_end: str) -> AnyResponse:
    """At the end one stays where one is, and is told."""
    found = beside(access.run(run_id), way)
    if found is None:
        flash(at_the_end, "idle")
    return redirect(url_for("runs.show", run_id=found or run_id))
