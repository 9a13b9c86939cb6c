"""From one run to the one before or after it; looked up when it is asked for, so that no page pays for it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.reads.neighbours import Way, beside
from dashboard.views import access

pages = Blueprint("neighbours", __name__, url_prefix="/runs/<int:run_id>")

AT_THE_END = {Way.OLDER: "This is your team's first run.", Way.NEWER: "This is your team's newest run."}


@pages.get("/older", defaults={"way": Way.OLDER})
@pages.get("/newer", defaults={"way": Way.NEWER})
def show(run_id: int, way: Way) -> AnyResponse:
    """At the end one stays where one is, and is told."""
    found = beside(access.run(run_id), way)
    if found is None:
        flash(AT_THE_END[way], "idle")
    return redirect(url_for("runs.show", run_id=found or run_id))
