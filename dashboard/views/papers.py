"""Papers: the list, and one paper with its runs."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import artifacts, audit, definitions, runs
from dashboard.reads import paper_page, papers
from dashboard.reads import runs as run_lists
from dashboard.views import access, headers, live

pages = Blueprint("papers", __name__, url_prefix="/papers")


@pages.get("")
def index() -> str:
    found, text = _listed()
    workflows = definitions.list_active()
    return render_template("pages/papers.html", found=found, v=live.fingerprint(found), text=text, workflows=workflows)


@pages.get("/live")
def poll() -> Response:
    found, text = _listed()
    return live.answer("partials/papers.html", live.fingerprint(found), found=found, text=text)


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


def _listed() -> tuple[papers.PaperPage, str]:
    text = request.args.get("q", "").strip()[:200]
    return papers.page(access.team().id, text, request.args.get("before", type=int)), text


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
