"""Workflow definitions: what may be started, and how each is drawn."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select

from dashboard import svg
from dashboard.engine import definitions
from dashboard.extensions import db
from dashboard.models import WorkflowDefinition
from dashboard.views import access

pages = Blueprint("workflows", __name__, url_prefix="/workflows")


@pages.get("")
def index() -> str:
    access.viewer()
    return render_template("pages/workflows.html", workflows=definitions.list_active())


@pages.get("/<name>")
def show(name: str) -> str:
    """The active version, or `?version=`."""
    access.viewer()
    named = select(WorkflowDefinition).where(WorkflowDefinition.name == name)
    versions = db.session.scalars(named.order_by(WorkflowDefinition.version.desc())).all()
    asked = request.args.get("version", type=int)
    chosen = next((one for one in versions if one.version == asked or (asked is None and one.is_active)), None)
    if chosen is None:
        abort(404)
    nodes = tuple(node["id"] for node in chosen.dag["nodes"])
    drawing = svg.draw(nodes, tuple((parent, child) for parent, child in chosen.dag["edges"]))
    return render_template("pages/workflow.html", workflow=chosen, versions=versions, drawing=drawing)
