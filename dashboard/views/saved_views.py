"""Saved views: name the filter of the list of runs, forget it. Each is a POST, then 303."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import saved_views
from dashboard.engine.errors import InvalidInputError
from dashboard.views import access, chosen_runs

pages = Blueprint("saved_views", __name__, url_prefix="/runs/views")


@pages.post("")
def save() -> AnyResponse:
    """Keep the filter that comes with the form under the name in it."""
    team = access.team(access.Role.MEMBER)
    parts = replace(chosen_runs.narrowed(request.form), before=None).parts
    try:
        saved_views.save(team.id, request.form.get("name", ""), parts, access.viewer().user.id)
        flash("Saved. Everybody in the team finds it above the list.", "good")
    except InvalidInputError as error:
        flash(str(error), "bad")
    return redirect(url_for("runs.index", **parts), 303)


@pages.post("/<int:view_id>/delete")
def delete(view_id: int) -> AnyResponse:
    view = access.saved_view(view_id, access.Role.MEMBER)
    parts, name = view.parts, view.name
    saved_views.remove(view.id, access.viewer().user.id)
    flash(f"The view {name} is gone. The runs are still here.", "good")
    return redirect(url_for("runs.index", **parts), 303)
