"""Runs: the list, the form that starts one, and one run, live."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import definitions, runs
from dashboard.engine.bulk import MOST_RUNS
from dashboard.engine.errors import EngineError, InvalidInputError
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.extensions import db
from dashboard.models import Paper, WorkflowDefinition, WorkflowRun
from dashboard.reads import run_page, saved_views
from dashboard.reads import runs as run_lists
from dashboard.reads.run_filter import Filter
from dashboard.views import access, chosen_runs, forms, live, run_sheets, sheets

pages = Blueprint("runs", __name__, url_prefix="/runs")

PAPERS_OFFERED = 200


@pages.get("")
def index() -> str:
    team, narrowed = access.team(), chosen_runs.narrowed(request.args)
    found = run_lists.page(team.id, narrowed)
    return render_template(
        "pages/runs.html", found=found, v=live.fingerprint(found), narrowed=narrowed, statuses=list(RunStatus),
        workflows=definitions.list_active(), total=_total(team.id, narrowed, found), most=MOST_RUNS,
        views=saved_views.of_team(team.id),
    )  # fmt: skip


@pages.get("/live")
def poll() -> Response:
    narrowed = chosen_runs.narrowed(request.args)
    found = run_lists.page(access.team().id, narrowed)
    return live.answer("partials/runs.html", live.fingerprint(found), found=found, narrowed=narrowed)


@pages.get("/runs.csv")
def sheet() -> AnyResponse:
    """The runs that were ticked, or with `of=all` those that fit the filter: a row a run."""
    choice = chosen_runs.choice(access.team().id, request.args)
    if not choice.run_ids:
        return chosen_runs.none_chosen(choice)
    return sheets.answer("runs.csv", run_sheets.rows(run_lists.named(access.team().id, choice.run_ids)))


@pages.route("/new", methods=["GET", "POST"])
def new() -> str | AnyResponse | tuple[str, int]:
    """A form made from the workflow's input schema, filled with its defaults or with what the address says."""
    team = access.team(access.Role.MEMBER)
    workflows = definitions.list_active()
    chosen = next((one for one in workflows if one.name == request.values.get("workflow")), None) or (
        workflows[0] if workflows else None
    )
    problems: tuple[str, ...] = ()
    if request.method == "POST" and chosen is not None:
        try:
            paper = access.paper(request.form.get("paper", 0, type=int), access.Role.MEMBER)
            given = forms.read(chosen.input_schema, request.form)
            by = access.viewer().user.id
            may_reuse = "anew" not in request.form
            run_id = runs.create_and_start(chosen.id, paper.id, paper.team_id, given, by, may_reuse)
            return redirect(url_for("runs.show", run_id=run_id), 303)
        except InvalidInputError as error:
            problems = error.sentences
        except EngineError as error:
            problems = (str(error),)
    papers = db.session.scalars(
        select(Paper).where(Paper.team_id == team.id).order_by(Paper.id.desc()).limit(PAPERS_OFFERED)
    ).all()
    fields = forms.fields(chosen.input_schema, request.form or forms.in_address(request.args)) if chosen else []
    page = render_template(
        "pages/run_new.html", workflows=workflows, chosen=chosen, papers=papers, fields=fields, problems=problems,
        paper_id=request.values.get("paper", type=int), reuses=chosen is not None and _reuses(chosen),
    )  # fmt: skip
    return (page, 422) if problems else page


def _reuses(workflow: WorkflowDefinition) -> bool:
    return any(node.get("reuse") for node in workflow.dag["nodes"])


@pages.get("/<int:run_id>")
def show(run_id: int) -> str:
    return render_template("pages/run.html", **_shown(access.run(run_id)))


@pages.get("/<int:run_id>/live")
def poll_one(run_id: int) -> AnyResponse:
    return live.unchanged(run_id) or Response(render_template("partials/run.html", **_shown(access.run(run_id))))


def _shown(run: WorkflowRun) -> dict[str, Any]:
    view, is_over = run_page.view(run), run.status in RUN_FINISHED
    return {"run": run, "view": view, "v": live.turning(view.version, run.status), "is_over": is_over}


def _total(team_id: int, narrowed: Filter, found: run_lists.RunPage) -> int:
    """How many runs fit, up to one more than a bulk action takes; not counted where one page holds them all."""
    if narrowed.before is None and found.next_before is None:
        return len(found.rows)
    return run_lists.count(team_id, narrowed, MOST_RUNS + 1)
