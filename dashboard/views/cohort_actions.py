"""What a member may do to a cohort: make it, change it, fill it, start runs on it. Each is a POST, then 303."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import cohort_runs, cohorts, definitions, rubrics
from dashboard.engine.errors import InvalidInputError
from dashboard.filters import counted
from dashboard.models import Cohort
from dashboard.reads import cohort_page, use
from dashboard.reads import cohorts as cohort_lists
from dashboard.views import access

pages = Blueprint("cohort_actions", __name__, url_prefix="/cohorts")


@pages.post("")
def create() -> AnyResponse | tuple[str, int]:
    team = access.team(access.Role.MEMBER)
    try:
        return _back(cohorts.create(team.id, *_named(), _by()))
    except InvalidInputError as error:
        found = cohort_lists.of_team(team.id)
        page = render_template("pages/cohorts.html", found=found, problem=str(error), given=request.form)
        return page, 422


@pages.post("/<int:cohort_id>/rename")
def rename(cohort_id: int) -> AnyResponse:
    cohorts.rename(_mine(cohort_id).id, *_named(), _by())
    return _back(cohort_id)


@pages.post("/<int:cohort_id>/delete")
def delete(cohort_id: int) -> AnyResponse:
    cohort = _mine(cohort_id)
    name = cohort.name
    cohorts.remove(cohort.id, _by())
    flash(f"The cohort {name} is gone. Its papers and their runs are still here.", "good")
    return redirect(url_for("cohorts.index"), 303)


@pages.get("/<int:cohort_id>/papers")
def pick(cohort_id: int) -> str:
    """The team's papers that are not in it, to choose from."""
    cohort, text = _mine(cohort_id), request.args.get("q", "").strip()[:200]
    return render_template(
        "pages/cohort_pick.html", cohort=cohort, text=text, found=cohort_lists.candidates(cohort, text)
    )


@pages.post("/<int:cohort_id>/papers")
def add(cohort_id: int) -> AnyResponse:
    """Add the papers that were ticked, or with `all` every paper that fits `q`."""
    cohort = _mine(cohort_id)
    chosen: Collection[int] = request.form.getlist("paper", type=int)
    if "all" in request.form:
        chosen = cohort_lists.fitting(cohort, request.form.get("q", "").strip()[:200])
    if not chosen:
        flash("No paper was chosen.", "bad")
        return redirect(url_for("cohort_actions.pick", cohort_id=cohort.id, q=request.form.get("q") or None), 303)
    flash(f"{counted(cohorts.add_papers(cohort_id, chosen, _by()), 'paper')} added.", "good")
    return _back(cohort_id)


@pages.post("/<int:cohort_id>/papers/remove")
def remove_paper(cohort_id: int) -> AnyResponse:
    cohort = _mine(cohort_id)
    cohorts.remove_paper(cohort.id, request.form.get("paper", type=int) or abort(422), _by())
    return _back(cohort_id)


@pages.post("/<int:cohort_id>/runs")
def start(cohort_id: int) -> AnyResponse:
    """Start the chosen workflow on the papers it has not finished on, or with `again` on all of them."""
    cohort = _mine(cohort_id)
    workflow = definitions.active(request.form.get("workflow") or abort(422))
    started = cohort_runs.start(cohort.id, workflow, "again" in request.form, _by())
    if started:
        flash(f"{counted(started, 'run')} started. {use.waiting(cohort.team_id)}", "good")
    else:
        flash(f"No run was started: {workflow.name} has finished or is under way on every paper.", "idle")
    return _back(cohort_id)


@pages.post("/<int:cohort_id>/rescore")
def rescore(cohort_id: int) -> AnyResponse:
    """Score the papers that were judged by other rubrics by this one, from what their runs stored."""
    cohort = _mine(cohort_id)
    rubric = rubrics.resolve(cohort.team_id, request.form.get("rubric", ""))
    waiting = cohort_page.view(rubric, rubric.version, cohort.id).here.unscored
    done = cohort_runs.rescore(waiting, rubric.name, _by())
    flash(f"{counted(done.scored, 'paper')} scored by {rubric.name} from what the runs stored.", "good")
    if done.refused:
        flash(f"{counted(done.refused, 'run')} stored no evidence to judge.", "idle")
    return redirect(url_for("cohorts.show", cohort_id=cohort_id, rubric=rubric.name), 303)


def _named() -> tuple[str, str]:
    return request.form.get("name", ""), request.form.get("description", "")


def _mine(cohort_id: int) -> Cohort:
    return access.cohort(cohort_id, access.Role.MEMBER)


def _by() -> int:
    return access.viewer().user.id


def _back(cohort_id: int) -> AnyResponse:
    return redirect(url_for("cohorts.show", cohort_id=cohort_id), 303)
