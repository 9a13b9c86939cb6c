"""Workflow definitions: what may be started, how each is drawn and has fared, what a version changes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard import svg
from dashboard.engine import dag, definitions, pausing, reports, resuming
from dashboard.models import WorkflowDefinition
from dashboard.reads import version_changes, workflows
from dashboard.reads.version_changes import Changes, Version
from dashboard.views import access

pages = Blueprint("workflows", __name__, url_prefix="/workflows")


@dataclass(frozen=True)
class Compared:
    """The version a page's version is held against, and what differs."""

    version: int
    changes: Changes


@pages.get("")
def index() -> str:
    return render_template(
        "pages/workflows.html", workflows=workflows.listed(access.team().id), drafts=workflows.drafts()
    )


@pages.get("/<name>")
def show(name: str) -> str:
    """The active version, else the newest, or `?version=`; with `?against=` also what it changes of that one."""
    team = access.team()
    versions = workflows.versions(name)
    active = next((one.version for one in versions if one.is_active), None)
    newest = versions[0].version if versions else None
    chosen = _version(name, request.args.get("version", active or newest, type=int))
    compared = _compared(chosen, request.args.get("against", type=int))
    shape = dag.from_record(chosen.dag)
    pause, handlers = workflows.pause(name), reports.handlers() if chosen.is_draft else None
    return render_template(
        "pages/workflow.html",
        workflow=chosen,
        nodes=shape.nodes,
        versions=versions,
        active=active,
        before=next((one.version for one in versions if one.version < chosen.version), None),
        compared=compared,
        drawing=_drawing(shape, compared),
        record=workflows.record(chosen.id, len(shape.nodes), team.id),
        pause=pause,
        waiting=workflows.waiting(name, team.id) if pause else 0,
        handlers=handlers,
        missing=definitions.handlers_missing(chosen, handlers),
    )


@pages.post("/<name>/activate")
def activate(name: str) -> AnyResponse:
    by = operator()
    chosen = definitions.activate(name, request.form.get("version", 0, type=int), by)
    flash(f"New runs of {name} take version {chosen.version}. Runs under way keep theirs.", "good")
    return _back(name)


@pages.post("/<name>/pause")
def pause(name: str) -> AnyResponse:
    pausing.pause(name, request.form.get("reason", ""), operator())
    flash(f"{name} is paused: new runs wait, runs under way go on.", "good")
    return _back(name)


@pages.post("/<name>/resume")
def resume(name: str) -> AnyResponse:
    resuming.resume(name, operator())
    flash(f"{name} goes on: runs that waited for it start now.", "good")
    return _back(name)


def _version(name: str, number: int | None) -> WorkflowDefinition:
    found = workflows.version(name, number) if number is not None else None
    return found or abort(404)


def _compared(chosen: WorkflowDefinition, against: int | None) -> Compared | None:
    if against is None:
        return None
    before, after = (
        Version(dag.from_record(one.dag), one.input_schema) for one in (_version(chosen.name, against), chosen)
    )
    return Compared(against, version_changes.between(before, after))


def _drawing(shape: dag.Dag, compared: Compared | None) -> svg.Drawing:
    if compared is not None:
        return svg.draw(compared.changes.nodes, compared.changes.edges, compared.changes.kinds_of_edges)
    return svg.draw(tuple(spec.id for spec in shape.nodes), shape.edges)


def operator() -> int:
    """The person signed in, who must run this site: every team shares its workflows."""
    person = access.viewer().user
    if not person.is_operator:
        raise access.RoleError("Every team shares the workflows of this site: an operator pauses and activates them.")
    return person.id


def _back(name: str) -> AnyResponse:
    return redirect(url_for("workflows.show", name=name), 303)
