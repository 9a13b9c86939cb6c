"""Signing in and out, and the first start's welcome."""

from __future__ import annotations

import os

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from dashboard import browsers, email_address, first_start, passwords
from dashboard.engine import audit, sessions
from dashboard.engine.errors import InvalidInputError
from dashboard.extensions import db
from dashboard.models import User
from dashboard.views import access, entrance, throttle

pages = Blueprint("sign_in", __name__)
Page = str | AnyResponse | tuple[str, int]

REFUSED = 401


@pages.route("/login", methods=["GET", "POST"])
@throttle.throttled
def login() -> Page:
    if current_user.is_authenticated:
        return redirect(url_for("attention.show"))
    wanted = request.args.get("next")
    if request.method != "POST":
        return page(wanted, is_fresh=not first_start.has_people())
    email = email_address.folded(request.form.get("email", ""))
    user = _find(email, request.form.get("password", ""))
    if user is None:
        detail = {"email": email[:200], "browser": browsers.words(request.user_agent.string)}
        audit.record("user.sign_in_refused", "user", None, detail=detail)
        return page(wanted, email, "Email or password is wrong."), REFUSED
    return entrance.admit(user, "password", wanted)


@pages.post("/logout")
def logout() -> AnyResponse:
    """End this session: a cookie copied before is worth nothing after."""
    person = access.viewer()
    sessions.sign_out(person.user.id, person.session_id)
    session.clear()
    return redirect(url_for("sign_in.login"), 303)


@pages.post("/team")
def choose_team() -> AnyResponse:
    """Look at another of one's teams from now on."""
    team_id = request.form.get("team", 0, type=int)
    access.viewer().role_in(team_id)
    session["team_id"] = team_id
    return redirect(url_for("attention.show"), 303)


@pages.route("/welcome/<token>", methods=["GET", "POST"])
@throttle.per_address
def welcome(token: str) -> Page:
    first_start.find_link(token)
    preset = os.environ.get("PAPERSNITCH_ADMIN_EMAIL", "")
    if request.method != "POST":
        return render_template("pages/welcome.html", email=preset, team=first_start.TEAM_NAME, problem="")
    email, team = request.form.get("email", "").strip(), request.form.get("team", "")
    try:
        user = first_start.open_link(token, _checked(email), request.form.get("password", ""), team)
    except InvalidInputError as problem:
        return render_template("pages/welcome.html", email=email, team=team, problem=str(problem)), 422
    entrance.begin(user, "welcome link")
    flash("Welcome. Two sample papers are being checked already; drop your own below.", "good")
    return redirect(url_for("attention.show"), 303)


def page(wanted: str | None, email: str = "", problem: str = "", is_fresh: bool = False) -> str:
    """The page to sign in on, with why the last try failed; whoever does goes on to the page `wanted`."""
    provider = current_app.extensions["settings"].provider
    return render_template(
        "pages/login.html", wanted=wanted, email=email, problem=problem, is_fresh=is_fresh, provider=provider
    )


def _find(email: str, password: str) -> User | None:
    """The person of that address and password. Unknown people cost the same time as known ones."""
    user = db.session.scalar(select(User).where(User.email == email))
    fits = passwords.matches(user.password_hash if user else None, password)
    return user if user is not None and fits and not user.is_disabled else None


def _checked(email: str) -> str:
    name, _, host = email.partition("@")
    if not name or "." not in host or len(email) > 200 or any(letter.isspace() for letter in email):
        raise InvalidInputError("This is not an email address.")
    return email
