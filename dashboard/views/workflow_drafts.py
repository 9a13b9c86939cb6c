"""Drafts of workflows: a file is brought, looked at beside the active version, then activated or discarded."""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import drafts, workflow_file
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.lined_yaml import LONGEST
from dashboard.reads import workflows
from dashboard.views.workflows import operator

pages = Blueprint("workflow_drafts", __name__, url_prefix="/workflows")


@pages.get("/new")
def form() -> str:
    """Empty, or with `?workflow=` and `?version=` what is to be changed."""
    operator()
    based_on = workflows.version(request.args.get("workflow", ""), request.args.get("version", 0, type=int))
    return _form(workflow_file.written(based_on) if based_on else "")


@pages.post("/new")
def save() -> AnyResponse | tuple[str, int]:
    by = operator()
    text = ""
    try:
        text = _text()
        saved = drafts.save(workflow_file.proposal(workflow_file.read(text)), by)
    except InvalidInputError as error:
        return _form(text[:LONGEST], error.sentences), 422
    if saved.is_draft:
        flash(f"{saved.name} v{saved.version} is a draft: no run takes it until you activate it.", "good")
    else:
        flash(f"{saved.name} v{saved.version} says the same already: nothing was saved.", "good")
    against = workflows.active_version(saved.name)
    return redirect(url_for("workflows.show", name=saved.name, version=saved.version, against=against), 303)


@pages.post("/<name>/discard")
def discard(name: str) -> AnyResponse:
    by, version = operator(), request.form.get("version", 0, type=int)
    drafts.discard(name, version, by)
    flash(f"The draft v{version} of {name} is gone.", "good")
    return redirect(url_for("workflows.index"), 303)


def _text() -> str:
    """The file that was chosen, else what was written into the form."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return request.form.get("body", "")
    with closing(file):
        raw = file.read(4 * LONGEST + 1)
    try:
        return str(raw, "utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInputError(f"{file.filename[:80]} is no text in UTF-8.") from None


def _form(text: str, problems: tuple[str, ...] = ()) -> str:
    return render_template("pages/workflow_new.html", text=text, problems=problems)
