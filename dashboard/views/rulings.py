"""Rulings: a run's scores criterion by criterion, where people confirm or overrule and score again."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import rescoring, rulings
from dashboard.models import WorkflowRun
from dashboard.reads import rubrics
from dashboard.reads import scores as score_pages
from dashboard.views import access, back

pages = Blueprint("rulings", __name__, url_prefix="/runs/<int:run_id>")

FIELDS = ("rubric", "criterion", "answer", "reason")


@pages.get("/scores")
def scores(run_id: int) -> str:
    """`?rubric=neurips@2025.1`, one the run was judged by; without it the first."""
    run = access.run(run_id)
    found = score_pages.scores(run_id, request.args.get("rubric", ""))
    if found is None and "rubric" in request.args:
        abort(404)
    return render_template("pages/scores.html", run=run, found=found, names=rubrics.names(run.team_id))


@pages.post("/rulings")
def rule(run_id: int) -> AnyResponse:
    run = access.run(run_id, access.Role.MEMBER)
    rubric, criterion, answer, reason = (request.form.get(name, "") for name in FIELDS)
    rulings.rule(run.id, rubric, criterion, answer, reason, access.viewer().user.id)
    return _back(run)


@pages.post("/rulings/<int:ruling_id>/withdraw")
def withdraw(run_id: int, ruling_id: int) -> AnyResponse:
    """One's own; an admin withdraws anybody's."""
    run = access.run(run_id, access.Role.MEMBER)
    ruling = access.ruling(run, ruling_id)
    if ruling.ruled_by != access.viewer().user.id:
        access.run(run_id, access.Role.ADMIN)
    rulings.withdraw(ruling.id, access.viewer().user.id)
    return _back(run)


@pages.post("/rescore")
def rescore(run_id: int) -> AnyResponse:
    run = access.run(run_id, access.Role.MEMBER)
    name = rescoring.rescore(run.id, request.form.get("rubric", ""), access.viewer().user.id)
    flash(f"Scored by {name} from what the run stored.", "good")
    return redirect(url_for("rulings.scores", run_id=run.id, rubric=name), 303)


def _back(run: WorkflowRun) -> AnyResponse:
    """To the page the form stood on, at the same criterion."""
    return redirect(back.local(request.form.get("back"), url_for("rulings.scores", run_id=run.id)), 303)
