"""Signing in and out, and the first start's welcome."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user
from sqlalchemy import select, update
from werkzeug.wrappers import Response as AnyResponse

from dashboard import first_start, passwords
from dashboard.engine import audit
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.transactions import writing
from dashboard.extensions import db, limiter
from dashboard.models import User
from dashboard.views import access, back

pages = Blueprint("sign_in", __name__)
Page = str | AnyResponse | tuple[str, int]

View = TypeVar("View", bound=Callable[..., Any])

REFUSED = 401


def account() -> str:
    """The throttle's key for one account from one address, so that nobody can lock another person out."""
    return f"{get_remote_address()} {request.form.get('email', '').strip().lower()[:200]}"


def was_refused(response: Response) -> bool:
    return response.status_code == REFUSED


def throttled(view: View) -> View:
    """Slow guessing down: only refused tries count, each limit passes with time, nobody is locked out for good."""
    counted = {"methods": ["POST"], "deduct_when": was_refused}
    per_account = limiter.limit("8 per minute; 60 per hour", key_func=account, **counted)
    per_address = limiter.limit("30 per minute", **counted)
    return per_address(per_account(view))  # type: ignore[no-any-return]


@pages.route("/login", methods=["GET", "POST"])
@throttled
def login() -> Page:
    if current_user.is_authenticated:
        return redirect(url_for("attention.show"))
    if request.method != "POST":
        return render_template("pages/login.html", email="", refused=False, is_fresh=not first_start.has_people())
    email = request.form.get("email", "").strip().lower()
    user = _find(email, request.form.get("password", ""))
    if user is None:
        audit.record("user.sign_in_refused", "user", None, detail={"email": email[:200]})
        return render_template("pages/login.html", email=email, refused=True, is_fresh=False), REFUSED
    _enter(user)
    return redirect(back.local(request.args.get("next"), url_for("attention.show")), 303)


@pages.post("/logout")
def logout() -> AnyResponse:
    """End every session of the person: a cookie copied before is worth nothing after."""
    user = access.viewer().user
    user_id = user.id
    with writing() as open_session:
        open_session.execute(update(User).where(User.id == user_id).values(session_epoch=User.session_epoch + 1))
        audit.add(open_session.connection(), "user.sign_out", "user", user_id, by=user_id)
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
@limiter.limit("20 per minute")  # type: ignore[untyped-decorator]
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
    _enter(user)
    flash("Welcome. Two sample papers are being checked already; drop your own below.", "good")
    return redirect(url_for("attention.show"), 303)


def _find(email: str, password: str) -> User | None:
    """The person of that address and password. Unknown people cost the same time as known ones."""
    user = db.session.scalar(select(User).where(User.email == email))
    fits = passwords.matches(user.password_hash if user else None, password)
    return user if user is not None and fits and not user.is_disabled else None


def _enter(user: User) -> None:
    """Begin a new session: nothing of the one before survives, so a planted cookie is worth nothing."""
    user_id = user.id
    session.clear()
    session.permanent = True
    login_user(user)
    with writing() as open_session:
        open_session.execute(update(User).where(User.id == user_id).values(last_sign_in_at=datetime.now(UTC)))
        audit.add(open_session.connection(), "user.sign_in", "user", user_id, by=user_id)


def _checked(email: str) -> str:
    name, _, host = email.partition("@")
    if not name or "." not in host or len(email) > 200 or any(letter.isspace() for letter in email):
        raise InvalidInputError("This is not an email address.")
    return email
