"""Setting a second factor up, new recovery codes, and switching it off again."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import refusals, second_factor
from dashboard.engine.errors import InvalidInputError
from dashboard.views import access, security_settings, throttle

pages = Blueprint("second_factor", __name__, url_prefix="/settings/security/second-factor")
Page = str | AnyResponse | tuple[str, int]

GROUP = 4


guessing = throttle.limit("10 per minute; 60 per hour; 100 per day", throttle.person)


@pages.get("")
def show() -> Page:
    """What the device needs, until it has shown a code of it."""
    return _set_up()


@pages.post("")
@guessing
def begin() -> Page:
    user = access.viewer().user
    user_id = user.id
    try:
        with refusals.recorded("user.second_factor_on", "user", user_id, None, user_id):
            second_factor.prove(user, request.form.get("password", ""))
            second_factor.prepare(user_id)
    except InvalidInputError as problem:
        return security_settings.page(str(problem)), 422
    return redirect(url_for("second_factor.show"), 303)


@pages.post("/confirm")
@guessing
def confirm() -> Page:
    """Shows the recovery codes, here and nowhere again."""
    user_id = access.viewer().user.id
    try:
        with refusals.recorded("user.second_factor_on", "user", user_id, None, user_id):
            codes = second_factor.confirm(user_id, request.form.get("code", ""))
    except InvalidInputError as problem:
        return _set_up(str(problem))
    return render_template("pages/recovery_codes.html", codes=codes, is_new=True)


@pages.post("/codes")
@guessing
def renew() -> Page:
    """Shows new recovery codes, here and nowhere again."""
    user_id = access.viewer().user.id
    try:
        _prove("user.recovery_codes")
    except InvalidInputError as problem:
        return security_settings.page(str(problem)), 422
    return render_template("pages/recovery_codes.html", codes=second_factor.renew_codes(user_id), is_new=False)


@pages.post("/off")
@guessing
def switch_off() -> Page:
    user_id = access.viewer().user.id
    try:
        _prove("user.second_factor_off")
    except InvalidInputError as problem:
        return security_settings.page(str(problem)), 422
    second_factor.switch_off(user_id, user_id)
    flash("The second factor is off. Your password alone lets you in.", "good")
    return redirect(url_for("security.show"), 303)


def _prove(action: str) -> None:
    """Whoever sits at an open session does not weaken the sign-in: they show password and code again."""
    user = access.viewer().user
    with refusals.recorded(action, "user", user.id, None, user.id):
        second_factor.prove(user, request.form.get("password", ""), request.form.get("code", ""))


def _set_up(problem: str = "") -> Page:
    """The page of the secret that waits to be confirmed; without one there is nothing to set up."""
    user = access.viewer().user
    secret = second_factor.secret_of(user)
    if secret is None:
        return redirect(url_for("security.show"), 303)
    groups = " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))
    picture = _picture(second_factor.address_of(secret, user.email))
    page = render_template("pages/second_factor.html", picture=picture, secret=groups, problem=problem)
    return page, 422 if problem else 200


def _picture(address: str) -> Markup:
    """A QR code as SVG that styles nothing; dark on light in every theme, as cameras expect."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704  (our own drawing)
