"""Uploads: PDFs and zips of them, taken in file by file; a bad one is named with the reason, and the others go on.

A plain form is answered with 303 once all are taken in. A script that asks for lines of JSON is told of each file as
soon as it is done: `{upload}` first, then a line a file, `{next}` at the end.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from dashboard.config import Settings
from dashboard.engine import cohorts, definitions, uploads
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.papers import megabytes
from dashboard.engine.uploads import Fate, Taken, Terms
from dashboard.engine.zipped import MOST_FILES
from dashboard.filters import word
from dashboard.models import Upload
from dashboard.reads import uploads as outcomes
from dashboard.views import access

LINES = "application/x-ndjson"
MOST_FIELDS = 10


@dataclass(frozen=True)
class Sent:
    """A file as it was sent, under the name it was given there."""

    name: str
    content: IO[bytes]


@dataclass(frozen=True)
class Limits:
    """The most bytes of a paper and of all that is sent at once."""

    paper: int
    batch: int

    @property
    def words(self) -> str:
        return f"up to {megabytes(self.paper)} a paper, {megabytes(self.batch)} and {MOST_FILES:,} files a zip"


pages = Blueprint("uploads", __name__, url_prefix="/papers")


@pages.url_value_preprocessor
def make_room(endpoint: str | None, _values: object) -> None:
    """Before the body is read: people who are signed in may send whole conferences, nobody else may."""
    if endpoint == "uploads.send" and current_user.is_authenticated:
        request.max_content_length = upload_limits().batch
        request.max_form_parts = MOST_FILES + MOST_FIELDS


@pages.post("")
def send() -> AnyResponse:
    """Take in every file. `start` names the workflow to start on each, `cohort` is where they go, `upload` the upload
    they continue."""
    team = access.team(access.Role.MEMBER)
    cohort_id, continued = _cohort_id(), _continued(team.id)
    limits, workflow = upload_limits(), request.form.get("start")
    name = definitions.active(workflow).name if workflow else None
    terms = Terms(team.id, access.viewer().user.id, name, limits.paper, limits.batch)
    files = sent()
    if not files:
        flash("No file was chosen.", "bad")
        return redirect(url_for("papers.index"), 303)
    upload_id = continued or uploads.begin(team.id, terms.by)
    taken = take_in(upload_id, files, terms, cohort_id)
    if request.accept_mimetypes.best == LINES:
        lines = stream_with_context(_lines(upload_id, taken, cohort_id))
        return Response(lines, mimetype=LINES, headers={"X-Accel-Buffering": "no"})
    deque(taken, maxlen=0)
    return redirect(_next(upload_id, cohort_id), 303)


@pages.get("/uploads/<int:upload_id>")
def show(upload_id: int) -> str:
    """What became of each file; `?fate=` shows those that met it, `?cohort=` leads back there."""
    upload = access.upload(upload_id)
    fate = request.args.get("fate", "")
    fate = fate if fate in Fate.__members__ else ""
    after = request.args.get("after", 0, type=int)
    cohort_id = request.args.get("cohort", type=int)
    return render_template(
        "pages/upload.html", upload=upload, outcome=outcomes.outcome(upload.id), fate=fate, after=after,
        found=outcomes.files(upload.id, fate, after), cohort=access.cohort(cohort_id) if cohort_id else None,
    )  # fmt: skip


@pages.app_template_global()
def upload_limits() -> Limits:
    """What the form may say, and what its script refuses before anything is sent."""
    settings: Settings = current_app.extensions["settings"]
    return Limits(settings.max_upload_bytes, settings.max_batch_bytes)


def sent() -> list[Sent]:
    """The files, taken out of the request: it closes those it holds before a stream of lines has begun."""
    found = []
    for file in request.files.getlist("files"):
        if file.filename:
            found.append(Sent(file.filename, file.stream))
            file.stream = BytesIO()
    return found


def _cohort_id() -> int | None:
    cohort_id = request.form.get("cohort", type=int)
    return access.cohort(cohort_id, access.Role.MEMBER).id if cohort_id else None


def _continued(team_id: int) -> int | None:
    """The upload that the files belong to, if it is this team's and this person's."""
    upload_id = request.form.get("upload", type=int)
    upload: Upload | None = access.upload(upload_id, access.Role.MEMBER) if upload_id else None
    is_theirs = upload is not None and (upload.team_id, upload.created_by) == (team_id, access.viewer().user.id)
    return upload_id if is_theirs else None


def take_in(upload_id: int, files: list[Sent], terms: Terms, cohort_id: int | None) -> Iterator[Taken]:
    with ExitStack() as opened:
        for file in files:
            opened.enter_context(file.content)
        for file in files:
            yield from _take_in_one(upload_id, file, terms, cohort_id)


def _take_in_one(upload_id: int, file: Sent, terms: Terms, cohort_id: int | None) -> Iterator[Taken]:
    papers: list[int] = []
    try:
        for taken in uploads.take_in(upload_id, file.name, file.content, terms):
            papers += [taken.paper_id] if taken.paper_id else []
            yield taken
    finally:  # also when the one who listens has gone
        trouble = _add_to(cohort_id, papers, terms.by)
    if trouble is not None:
        yield uploads.keep(upload_id, trouble)


def _add_to(cohort_id: int | None, papers: list[int], by: int | None) -> Taken | None:
    if cohort_id is None or not papers:
        return None
    try:
        cohorts.add_papers(cohort_id, papers, by)
    except InvalidInputError as error:
        return Taken("The cohort", Fate.REFUSED, message=f"The papers were taken in, but not into it. {error}")
    return None


def _lines(upload_id: int, taken: Iterator[Taken], cohort_id: int | None) -> Iterator[str]:
    yield json.dumps({"upload": upload_id}) + "\n"
    for one in taken:
        told = {"name": one.name, "fate": one.fate, "word": word(one.fate), "message": one.message}
        paper = url_for("papers.show", paper_id=one.paper_id) if one.paper_id else None
        run = url_for("runs.show", run_id=one.run_id) if one.run_id else None
        yield json.dumps({**told, "paper": paper, "run": run}) + "\n"
    yield json.dumps({"next": _next(upload_id, cohort_id)}) + "\n"


def _next(upload_id: int, cohort_id: int | None) -> str:
    """The page that shows what came of it: the run of a single paper, its cohort, or the list file by file."""
    outcome = outcomes.outcome(upload_id)
    if outcome.is_clean and cohort_id is not None:
        return url_for("cohorts.show", cohort_id=cohort_id)
    if not outcome.is_clean or outcome.total > 1:
        return url_for("uploads.show", upload_id=upload_id, cohort=cohort_id)
    return url_for("runs.show", run_id=outcome.run_id) if outcome.run_id else url_for("papers.index")
