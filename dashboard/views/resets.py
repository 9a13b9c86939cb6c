"""Forgotten passwords: ask for a link, and choose another password with it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import links, resets
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.links import Purpose
from dashboard.views import letters, throttle

pages = Blueprint("resets", __name__)
Page = str | AnyResponse | tuple[str, int]


@pages.get("/forgot")
def ask() -> str:
    return render_template("pages/forgot.html", sends_letters=letters.can_be_sent(), is_asked=False)


@pages.post("/forgot")
@throttle.throttled
def send() -> str:
    """The same answer for everybody: it does not tell who has an account."""
    if letters.can_be_sent() and (found := resets.ask(request.form.get("email", ""))):
        email, token = found
        letters.reset(email, links.address(Purpose.RESET, token))
    return render_template("pages/forgot.html", sends_letters=letters.can_be_sent(), is_asked=True)


@pages.get("/reset/<token>")
def show(token: str) -> str:
    return render_template("pages/reset.html", email=resets.find(token).email, problem="")


@pages.post("/reset/<token>")
@throttle.per_address
def use(token: str) -> Page:
    """Signs nobody in: whoever has a second factor is asked for it at the door, as always."""
    try:
        resets.use(token, request.form.get("password", ""))
    except InvalidInputError as problem:
        return render_template("pages/reset.html", email=resets.find(token).email, problem=str(problem)), 422
    flash("The new password counts. Sign in with it.", "good")
    return redirect(url_for("sign_in.login"), 303)
