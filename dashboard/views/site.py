"""This site: its teams and its people, for those who run it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import accounts, links, resets, teams
from dashboard.engine.errors import NotFoundError
from dashboard.engine.links import Purpose
from dashboard.extensions import db
from dashboard.models import Team, User
from dashboard.reads import people
from dashboard.views import access, invitations, shown_once
from dashboard.views.shown_once import Fresh

pages = Blueprint("site", __name__, url_prefix="/settings/site")


@pages.get("")
def show() -> str:
    access.operator()
    words = request.args.get("q", "").strip()[:100]
    found, next_after = people.people(words, request.args.get("after", ""))
    return render_template(
        "pages/site.html",
        teams=people.teams(),
        people_found=found,
        next_after=next_after,
        words=words,
        fresh=shown_once.take(),
    )


@pages.post("/teams")
def create_team() -> AnyResponse:
    """Its maker is its first admin, and looks at it from now on."""
    session["team_id"] = teams.create(request.form.get("name", ""), access.operator().id)
    flash("The team is made, and you are its admin. Invite its people here.", "good")
    return redirect(url_for("members.show"), 303)


@pages.post("/teams/<int:team_id>/rename")
def rename_team(team_id: int) -> AnyResponse:
    by = access.operator().id
    teams.rename(_team(team_id).id, request.form.get("name", ""), by)
    return redirect(url_for("site.show"), 303)


@pages.post("/teams/<int:team_id>/admin")
def invite_admin(team_id: int) -> AnyResponse:
    """For a team whose last admin is gone."""
    access.operator()
    invitations.invite(_team(team_id), request.form.get("email", ""), "admin")
    return redirect(url_for("site.show"), 303)


@pages.post("/people/<int:user_id>/disable")
def disable(user_id: int) -> AnyResponse:
    accounts.disable(user_id, access.operator().id)
    return _done("They are signed out everywhere and cannot sign in.")


@pages.post("/people/<int:user_id>/enable")
def enable(user_id: int) -> AnyResponse:
    accounts.enable(user_id, access.operator().id)
    return _done("They can sign in again.")


@pages.post("/people/<int:user_id>/operator")
def make_operator(user_id: int) -> AnyResponse:
    accounts.make_operator(user_id, access.operator().id)
    return _done("They run this site too from now on.")


@pages.post("/people/<int:user_id>/no-operator")
def unmake_operator(user_id: int) -> AnyResponse:
    accounts.unmake_operator(user_id, access.operator().id)
    return _done("They do not run this site any more.")


@pages.post("/people/<int:user_id>/reset")
def reset_link(user_id: int) -> AnyResponse:
    """A link to a new password, to be handed over by whoever made sure that this is the person."""
    token = resets.make(user_id, access.operator().id)
    email = db.session.get_one(User, user_id).email
    shown_once.keep(Fresh(links.address(Purpose.RESET, token), email, was_sent=False))
    return redirect(url_for("site.show"), 303)


def _team(team_id: int) -> Team:
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFoundError("There is no such team.")
    return team


def _done(sentence: str) -> AnyResponse:
    flash(sentence, "good")
    return redirect(url_for("site.show"), 303)
