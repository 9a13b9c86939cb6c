"""A person's own name, password and teams."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import accounts
from dashboard.engine.errors import InvalidInputError
from dashboard.views import access, throttle

pages = Blueprint("profile", __name__, url_prefix="/settings")
Page = AnyResponse | tuple[str, int]


@pages.get("/profile")
def show() -> str:
    return _page()


@pages.post("/profile")
def rename() -> Page:
    try:
        accounts.rename(access.viewer().user.id, request.form.get("name", ""))
    except InvalidInputError as problem:
        return _page(name_problem=str(problem)), 422
    return redirect(url_for("profile.show"), 303)


@pages.post("/password")
@throttle.limit("10 per minute; 60 per hour", throttle.person)
def change_password() -> Page:
    viewer = access.viewer()
    current, new = request.form.get("current", ""), request.form.get("new", "")
    try:
        accounts.change_password(viewer.user.id, current, new, viewer.session_id)
    except InvalidInputError as problem:
        return _page(password_problem=str(problem)), 422
    flash("The new password counts. You were signed out everywhere else.", "good")
    return redirect(url_for("profile.show"), 303)


def _page(name_problem: str = "", password_problem: str = "") -> str:
    person = access.viewer().user
    return render_template(
        "pages/profile.html",
        name=request.form.get("name", person.name),
        has_password=person.password_hash is not None,
        name_problem=name_problem,
        password_problem=password_problem,
    )
