"""Comparing two runs: the earlier as `a`, the later as `b`; with one of them alone, the run to lay beside it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine.errors import NotAllowedError
from dashboard.models import WorkflowRun
from dashboard.reads import comparison, runs
from dashboard.views import access, forms

pages = Blueprint("comparisons", __name__, url_prefix="/runs")


@pages.get("/compare")
def show() -> str | AnyResponse:
    """Two runs of one team. `b` alone leads to the comparison with the newest earlier run of its paper."""
    a, b = request.args.get("a", type=int), request.args.get("b", type=int)
    if a is not None and b is not None:
        return _compared(access.run(a), access.run(b))
    if b is None:
        return _choose(access.run(a) if a is not None else None)
    after = access.run(b)
    if earlier := comparison.earlier_of(after):
        return redirect(url_for("comparisons.show", a=earlier, b=b))
    flash(f"No earlier run of this paper has findings to compare run {b} with. Choose another run.", "idle")
    return _choose(after)


def _compared(before: WorkflowRun, after: WorkflowRun) -> str:
    if before.team_id != after.team_id:
        raise NotAllowedError("These runs belong to two different teams: runs are compared within one.")
    view = comparison.view(before, after)
    return render_template("pages/compare.html", before=before, after=after, view=view, again=_again(before, after))


def _choose(run: WorkflowRun | None) -> str:
    offered = runs.of_paper(run.paper_id, limit=runs.PAGE) if run and run.paper_id else []
    others = [one for one in offered if run and one.id != run.id]
    access.team()
    return render_template("pages/compare_choose.html", run=run, others=others)


def _again(before: WorkflowRun, after: WorkflowRun) -> str | None:
    """The form that starts a run on the later run's paper with the earlier one's input; None if that was its input."""
    if before.input == after.input or after.paper is None:
        return None
    given: dict[str, Any] = dict(forms.as_sent(after.definition.input_schema, before.input))
    return url_for("new_runs.form", paper=after.paper.id, workflow=after.definition.name, **given)
