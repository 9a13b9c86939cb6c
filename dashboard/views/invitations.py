"""Invitations: made and withdrawn by a team's admins, opened by whoever was sent the link."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import invitations, links, refusals
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.invitations import Invitation
from dashboard.engine.links import Purpose
from dashboard.extensions import db
from dashboard.models import Team, User
from dashboard.views import access, entrance, letters, shown_once, throttle
from dashboard.views.shown_once import Fresh

pages = Blueprint("invitations", __name__)
Page = str | AnyResponse | tuple[str, int]


@pages.post("/settings/invitations")
@throttle.limit("100 per hour", throttle.person)
def make() -> AnyResponse:
    invite(access.team(access.Role.ADMIN), request.form.get("email", ""), request.form.get("role", ""))
    return redirect(url_for("members.show"), 303)


@pages.post("/settings/invitations/<int:invitation_id>/withdraw")
def withdraw(invitation_id: int) -> AnyResponse:
    access.invitation(invitation_id, access.Role.ADMIN)
    invitations.revoke(access.team().id, invitation_id, access.viewer().user.id)
    flash("The invitation is withdrawn: its link opens nothing any more.", "good")
    return redirect(url_for("members.show"), 303)


@pages.get("/invitation/<token>")
def show(token: str) -> Page:
    """For whom it is decides: a form for a newcomer, a button for the person themselves, a no for anybody else."""
    return _page(token, invitations.find(token))


@pages.post("/invitation/<token>")
@throttle.per_address
def accept(token: str) -> Page:
    if current_user.is_authenticated:
        return _go_to(invitations.join(token, access.viewer().user.id))
    with refusals.recorded("invitation.accept", "invitation", None):
        found = invitations.find(token)
    if found.has_account:
        return redirect(url_for("sign_in.login", next=url_for("invitations.show", token=token)), 303)
    try:
        user_id = invitations.begin(token, request.form.get("name", ""), request.form.get("password", ""))
    except InvalidInputError as problem:
        return _page(token, found, str(problem), 422)
    entrance.begin(db.session.get_one(User, user_id), "invitation")
    return _go_to(found)


def invite(team: Team, email: str, role: str) -> None:
    """Make the invitation, send it where that can be done, and have the next page show its link."""
    by = access.viewer().user
    to, token = invitations.make(team.id, email, role, by.id)
    address = links.address(Purpose.INVITATION, token)
    shown_once.keep(Fresh(address, to, letters.invite(to, team.name, role, by.name, address)))


def _page(token: str, found: Invitation, problem: str = "", code: int = 200) -> Page:
    is_for_me = current_user.is_authenticated and access.viewer().user.email == found.email
    is_for_another = current_user.is_authenticated and not is_for_me
    page = render_template(
        "pages/invitation.html",
        invitation=found,
        token=token,
        is_for_me=is_for_me,
        is_for_another=is_for_another,
        name=request.form.get("name", ""),
        problem=problem,
        provider=current_app.extensions["settings"].provider,
    )
    return page, 403 if is_for_another else code


def _go_to(joined: Invitation) -> AnyResponse:
    session["team_id"] = joined.team_id
    flash(f"Welcome to {joined.team}.", "good")
    return redirect(url_for("attention.show"), 303)
