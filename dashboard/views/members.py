"""The team's members: who is in it and as what; its admins change that."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import members as engine
from dashboard.engine import teams
from dashboard.reads import people
from dashboard.views import access, letters, shown_once

pages = Blueprint("members", __name__, url_prefix="/settings/members")


@pages.get("")
def show() -> str:
    team = access.team()
    manages = access.viewer().role_in(team.id) >= access.Role.ADMIN
    return render_template(
        "pages/members.html",
        members=people.members(team.id),
        roles=engine.ROLES,
        manages=manages,
        invitations=people.invitations(team.id) if manages else (),
        fresh=shown_once.take(),
        sends_letters=letters.can_be_sent(),
    )


@pages.post("/<int:user_id>/role")
def change_role(user_id: int) -> AnyResponse:
    member, by = access.member(user_id, access.Role.ADMIN), access.viewer().user.id
    engine.change_role(member.team_id, user_id, request.form.get("role", ""), by)
    flash("The role counts from their next click on.", "good")
    return redirect(url_for("members.show"), 303)


@pages.post("/<int:user_id>/remove")
def remove(user_id: int) -> AnyResponse:
    member, by = access.member(user_id, access.Role.ADMIN), access.viewer().user.id
    team_id, name = member.team_id, member.team.name
    engine.remove(team_id, user_id, by)
    flash(f"They are not in {name} any more.", "good")
    return redirect(url_for("members.show"), 303)


@pages.post("/leave")
def leave() -> AnyResponse:
    """Out of the team named in the form, which one must be in."""
    team_id = request.form.get("team", 0, type=int)
    access.viewer().role_in(team_id)
    engine.leave(team_id, access.viewer().user.id)
    flash("You have left the team.", "good")
    return redirect(url_for("profile.show"), 303)


@pages.post("/team")
def rename_team() -> AnyResponse:
    team, by = access.team(access.Role.ADMIN), access.viewer().user.id
    teams.rename(team.id, request.form.get("name", ""), by)
    return redirect(url_for("members.show"), 303)
