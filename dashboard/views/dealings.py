"""Mark failures as dealt with, and take the mark off."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import dealing
from dashboard.engine.errors import NotAllowedError
from dashboard.filters import counted
from dashboard.views import access

pages = Blueprint("dealings", __name__, url_prefix="/runs")


@pages.post("/dealt-with")
def deal_with() -> AnyResponse:
    """The runs named by `run`, in the way told by `how`; those that moved on meanwhile are left alone. `home` leads
    back to what needs attention, else the run's page follows."""
    chosen = [access.run(run_id, access.Role.MEMBER).id for run_id in request.form.getlist("run", type=int)]
    if not chosen:
        abort(422)
    done = sum(_deal_with(run_id) for run_id in chosen)
    flash(f"{counted(done, 'failure')} marked as dealt with.", "good")
    if done < len(chosen):
        flash(f"{counted(len(chosen) - done, 'run')} had moved on: left unchanged.", "idle")
    home = "home" in request.form
    return redirect(url_for("attention.show") if home else url_for("runs.show", run_id=chosen[0]), 303)


@pages.post("/<int:run_id>/reopen")
def reopen(run_id: int) -> AnyResponse:
    dealing.reopen(access.run(run_id, access.Role.MEMBER).id, access.viewer().user.id)
    return redirect(url_for("runs.show", run_id=run_id), 303)


def _deal_with(run_id: int) -> bool:
    try:
        dealing.deal_with(run_id, request.form.get("how", ""), access.viewer().user.id)
    except NotAllowedError:
        return False
    return True
