"""Papers: the list, and one paper with its runs."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import artifacts, audit, definitions, runs
from dashboard.engine.paper_runs import MOST_PAPERS
from dashboard.reads import paper_filter, paper_list, paper_page, papers
from dashboard.reads import runs as run_lists
from dashboard.reads.paper_filter import PaperFilter, Standing
from dashboard.views import access, headers, live

pages = Blueprint("papers", __name__, url_prefix="/papers")

STANDINGS = {
    Standing.SCORED: "scored",
    Standing.FAILED: "last run failed",
    Standing.UNDER_WAY: "run under way",
    Standing.UNRUN: "never run",
}


@pages.get("")
def index() -> str:
    team, narrowed = access.team(), paper_filter.from_sent(request.args)
    found = paper_list.page(team.id, narrowed)
    return render_template(
        "pages/papers.html", found=found, v=live.fingerprint(found), narrowed=narrowed, standings=STANDINGS,
        workflows=definitions.list_active(), total=_total(team.id, narrowed, found), most=MOST_PAPERS,
    )  # fmt: skip


@pages.get("/live")
def poll() -> Response:
    narrowed = paper_filter.from_sent(request.args)
    found = paper_list.page(access.team().id, narrowed)
    return live.answer("partials/papers.html", live.fingerprint(found), found=found, narrowed=narrowed)


@pages.get("/<int:paper_id>")
def show(paper_id: int) -> str:
    """The paper's evidence on its pages; with `?view=runs`, or before there is a run, its runs."""
    paper = access.paper(paper_id)
    asked = _asked()
    page = None if request.args.get("view") == "runs" else paper_page.of_paper(paper_id, asked)
    if page is not None:
        return render_template("pages/paper.html", paper=paper, page=page)
    if asked.run:
        abort(404)
    found = _runs_of(paper_id)
    return render_template(
        "pages/paper_runs.html", paper=paper, found=found, v=live.fingerprint(found),
        workflows=definitions.list_active(),
    )  # fmt: skip


@pages.get("/<int:paper_id>/live")
def poll_one(paper_id: int) -> Response:
    paper = access.paper(paper_id)
    found = _runs_of(paper_id)
    return live.answer("partials/paper_runs.html", live.fingerprint(found), paper=paper, found=found)


@pages.get("/<int:paper_id>/download")
def download(paper_id: int) -> Response:
    paper = access.paper(paper_id)
    audit.record("paper.download", "paper", paper.id, paper.team_id, access.viewer().user.id)
    path = artifacts.path_of(paper.sha256)
    response = send_file(path, "application/pdf", as_attachment=True, download_name=paper.filename)
    response.headers["Content-Security-Policy"] = headers.DOWNLOAD
    return response


def _total(team_id: int, narrowed: PaperFilter, found: paper_list.PaperPage) -> int:
    """How many papers fit, up to one more than runs are started on at once; not counted where one page holds them."""
    if not narrowed.before and found.next_before is None:
        return len(found.rows)
    return paper_list.count(team_id, narrowed, MOST_PAPERS + 1)


def _asked() -> paper_page.Asked:
    words = {name: request.args.get(name, "")[:200] for name in ("rubric", "answer", "criterion")}
    return paper_page.Asked(request.args.get("run", type=int), text=request.args.get("text", type=int), **words)


def _runs_of(paper_id: int) -> tuple[tuple[run_lists.RunRow, ...], papers.Grid]:
    runs_found = tuple(run_lists.of_paper(paper_id))
    return runs_found, papers.grid(runs_found)


@pages.post("/<int:paper_id>/runs")
def start(paper_id: int) -> AnyResponse:
    """Start the chosen workflow on the paper with its default input."""
    paper = access.paper(paper_id, access.Role.MEMBER)
    name = request.form.get("workflow") or abort(422)
    run_id = runs.create_and_start(definitions.active(name).id, paper.id, paper.team_id, {}, access.viewer().user.id)
    return redirect(url_for("runs.show", run_id=run_id), 303)
