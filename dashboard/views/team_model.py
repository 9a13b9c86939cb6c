"""Which language model assesses a team's papers: its admins choose, its members see."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import team_models
from dashboard.reads import spending
from dashboard.views import access

pages = Blueprint("team_model", __name__, url_prefix="/settings/model")


@pages.get("")
def show() -> str:
    """The key is never shown, only whether there is one."""
    team = access.team()
    return render_template(
        "pages/team_model.html",
        choice=team_models.choice_of(team.id),
        urls=current_app.extensions["settings"].model_urls,
        providers=team_models.PROVIDERS,
        may_choose=access.viewer().role_in(team.id) >= access.Role.ADMIN,
        spent=spending.of_team(team.id),
    )


@pages.post("")
def choose() -> AnyResponse:
    """An empty model leaves the choice to the installation."""
    team, by = access.team(access.Role.ADMIN), access.viewer().user.id
    model, url, cap, key = (request.form.get(name, "").strip() for name in ("model", "url", "cap", "key"))
    if model:
        team_models.choose(team.id, model, url, cap, key, by)
        flash(f"Runs of {team.name} are assessed by {model} from now on, beside the rules.", "good")
    else:
        team_models.forget(team.id, by)
        flash("The choice is left to this installation again.", "good")
    return redirect(url_for("team_model.show"), 303)
