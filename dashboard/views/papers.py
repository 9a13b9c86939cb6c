"""Papers: the list with its upload, and one paper with its runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import artifacts, audit, cohorts, definitions, runs
from dashboard.engine import papers as library
from dashboard.engine.errors import EngineError
from dashboard.filters import counted
from dashboard.models import Paper
from dashboard.reads import paper_page, papers
from dashboard.reads import runs as run_lists
from dashboard.views import access, headers, live

pages = Blueprint("papers", __name__, url_prefix="/papers")


@dataclass
class Intake:
    """What became of an upload: `added` and `known` papers, runs started, and files refused with the reason."""

    cohort_id: int | None = None
    added: list[Paper] = field(default_factory=list)
    known: list[Paper] = field(default_factory=list)
    run_ids: list[int] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def papers(self) -> list[int]:
        """Those taken in, new or known."""
        return [paper.id for paper in (*self.added, *self.known)]

    @property
    def destination(self) -> str:
        """The page that shows what came of it."""
        if self.cohort_id:
            return url_for("cohorts.show", cohort_id=self.cohort_id)
        if len(self.run_ids) == 1:
            return url_for("runs.show", run_id=self.run_ids[0])
        return url_for("runs.index" if self.run_ids else "papers.index")


@pages.get("")
def index() -> str:
    found, text = _listed()
    workflows = definitions.list_active()
    return render_template("pages/papers.html", found=found, v=live.fingerprint(found), text=text, workflows=workflows)


@pages.get("/live")
def poll() -> Response:
    found, text = _listed()
    return live.answer("partials/papers.html", live.fingerprint(found), found=found, text=text)


@pages.post("")
def upload() -> AnyResponse:
    """Take in every file; a bad one is named and the others go on. `start` names the workflow to start on each,
    `cohort` is where they go."""
    cohort_id = request.form.get("cohort", type=int)
    intake = Intake(access.cohort(cohort_id, access.Role.MEMBER).id if cohort_id else None)
    team = access.team(access.Role.MEMBER)
    for file in request.files.getlist("files"):
        if file.filename:
            _take_in(file, team.id, intake)
    if intake.cohort_id and intake.papers:
        cohorts.add_papers(intake.cohort_id, intake.papers, access.viewer().user.id)
    if request.accept_mimetypes.best == "application/json":
        _tell(intake)
        return jsonify(next=intake.destination, refused=intake.refused, runs=intake.run_ids)
    _tell(intake)
    return redirect(intake.destination, 303)


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


def _take_in(file: FileStorage, team_id: int, intake: Intake) -> None:
    by = access.viewer().user.id
    name = file.filename or "paper.pdf"
    try:
        with _on_disk(file) as path:
            paper, is_new = library.add(team_id, name, path, "", by)
        (intake.added if is_new else intake.known).append(paper)
        if workflow := request.form.get("start"):
            intake.run_ids.append(runs.create_and_start(definitions.active(workflow).id, paper.id, team_id, {}, by))
    except EngineError as error:
        intake.refused.append((name, str(error)))


@contextmanager
def _on_disk(file: FileStorage) -> Iterator[Path]:
    """The upload as a file of our own naming."""
    with tempfile.NamedTemporaryFile(prefix="papersnitch-upload-") as place:
        file.save(place)
        place.flush()
        yield Path(place.name)


def _tell(intake: Intake) -> None:
    if not (intake.added or intake.known or intake.refused):
        flash("No file was chosen.", "bad")
    if intake.added:
        flash(f"{counted(len(intake.added), 'paper')} added.", "good")
    for paper in intake.known:
        flash(f"{paper.title} was here already: the same file.", "idle")
    for name, why in intake.refused:
        flash(f"{name} was not taken: {why}", "bad")


@pages.post("/<int:paper_id>/runs")
def start(paper_id: int) -> AnyResponse:
    """Start the chosen workflow on the paper with its default input."""
    paper = access.paper(paper_id, access.Role.MEMBER)
    name = request.form.get("workflow") or abort(422)
    run_id = runs.create_and_start(definitions.active(name).id, paper.id, paper.team_id, {}, access.viewer().user.id)
    return redirect(url_for("runs.show", run_id=run_id), 303)
