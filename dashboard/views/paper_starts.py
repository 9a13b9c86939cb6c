"""Start runs on many papers: say on how many it would be, then do it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import definitions, paper_runs
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.paper_runs import MOST_PAPERS
from dashboard.filters import counted
from dashboard.reads import paper_filter, paper_list, use
from dashboard.views import access

pages = Blueprint("paper_starts", __name__, url_prefix="/papers/start")


@pages.get("")
def ask() -> str | AnyResponse:
    """What `?workflow=` would do on the ticked papers, or with `of=all` on all that fit; nothing has happened yet."""
    team = access.team(access.Role.MEMBER)
    narrowed, chosen = paper_filter.from_sent(request.args), _chosen(team.id, request.args)
    workflow = definitions.active(request.args.get("workflow") or abort(422))
    prospect = paper_list.prospect(team.id, chosen, workflow)
    if not prospect.papers:
        return _none_chosen(narrowed)
    return render_template(
        "pages/papers_start.html", workflow=workflow, prospect=prospect, narrowed=narrowed, chosen=chosen,
        is_all=request.args.get("of") == "all",
    )  # fmt: skip


@pages.post("")
def start() -> AnyResponse:
    """Start it. With `again` also where it has succeeded; where it is under way, never."""
    team, by = access.team(access.Role.MEMBER), access.viewer().user.id
    chosen = _chosen(team.id, request.form)
    workflow = definitions.active(request.form.get("workflow") or abort(422))
    if not chosen:
        return _none_chosen(paper_filter.from_sent(request.form))
    started = paper_runs.start_on(team.id, chosen, workflow, "again" in request.form, by)
    told = "No run was started: nothing was left to start."
    if started:
        told = f"{counted(started, 'run')} started. {use.waiting(team.id)}"
    flash(told, "good" if started else "idle")
    return redirect(url_for("runs.index", workflow=workflow.name), 303)


def _chosen(team_id: int, sent: MultiDict[str, str]) -> list[int]:
    """The ticked papers, or all that fit the filter. InvalidInputError when those are too many."""
    if sent.get("of") != "all":
        return sent.getlist("paper", type=int)[:MOST_PAPERS]
    found = paper_list.ids(team_id, paper_filter.from_sent(sent), MOST_PAPERS + 1)
    if len(found) > MOST_PAPERS:
        raise InvalidInputError(f"More than {MOST_PAPERS:,} papers fit. Narrow the filter, and do it in parts.")
    return found


def _none_chosen(narrowed: paper_filter.PaperFilter) -> AnyResponse:
    flash("No paper was chosen: tick some, or choose all that fit.", "bad")
    return redirect(url_for("papers.index", before=narrowed.before or None, **narrowed.parts), 303)
