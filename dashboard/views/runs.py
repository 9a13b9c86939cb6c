"""Runs: the list, the form that starts one, and one run, live."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.models import WorkflowRun
from dashboard.reads import run_filter, run_offers, run_page
from dashboard.reads import runs as run_lists
from dashboard.reads.run_filter import Filter
from dashboard.views import access, chosen_runs, frame, live, run_sheets, sheets

pages = Blueprint("runs", __name__, url_prefix="/runs")

COUNT_TO = 1000


@pages.get("")
def index() -> str:
    team, narrowed = access.team(), chosen_runs.narrowed(request.args)
    found, offers = run_lists.page(team.id, narrowed), run_offers.of_team(team.id)
    frame.note_count(offers)
    return render_template(
        "pages/runs.html", found=found, v=live.fingerprint(found), narrowed=narrowed, statuses=list(RunStatus),
        workflows=offers.workflows, views=offers.views, orders=run_filter.WORDS, most=COUNT_TO,
        total=_total(team.id, narrowed, found),
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


@pages.get("/<int:run_id>")
def show(run_id: int) -> str:
    return render_template("pages/run.html", **_shown(access.run(run_id)))


@pages.get("/<int:run_id>/live")
def poll_one(run_id: int) -> AnyResponse:
    return live.unchanged(run_id) or Response(render_template("partials/run.html", **_shown(access.run(run_id))))


def _shown(run: WorkflowRun) -> dict[str, Any]:
    view, is_over = run_page.view(run), run.status in RUN_FINISHED
    return {"run": run, "view": view, "v": live.turning(view.version, run.status), "is_over": is_over}


def _total(team_id: int, narrowed: Filter, found: run_lists.RunPage) -> int | None:
    """How many runs fit, up to one more than `COUNT_TO`; None where that would take long to count."""
    if narrowed.before is None and found.next_before is None:
        return len(found.rows)
    return None if narrowed.is_searched else run_lists.count(team_id, narrowed, COUNT_TO + 1)
