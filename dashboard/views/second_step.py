"""The second step of signing in: a code of the person's device, or a recovery code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard import browsers
from dashboard.engine import audit, second_factor
from dashboard.views import entrance, throttle

pages = Blueprint("second_step", __name__, url_prefix="/login/code")
Page = str | AnyResponse | tuple[str, int]

# A million codes: a hundred guesses a day find one in 3,000 days. Whoever guesses knows the password already.
PER_PERSON = "100 per day"
PER_PERSON_AND_ADDRESS = "5 per minute; 30 per hour"


def person_and_address() -> str:
    return f"{entrance.half_way_id()} {throttle.address()}"


def is_recovery_code() -> bool:
    """They cannot be guessed, so the daily limit leaves them as a way in while somebody guesses the others."""
    return not second_factor.is_from_device(request.form.get("code", ""))


@pages.route("", methods=["GET", "POST"])
@throttle.per_address
@throttle.limit(PER_PERSON_AND_ADDRESS, person_and_address)
@throttle.limit(PER_PERSON, entrance.half_way_id, exempt_when=is_recovery_code)
def show() -> Page:
    held = entrance.half_way()
    if held is None:
        return redirect(url_for("sign_in.login", next=request.args.get("next")), 303)
    if request.method != "POST":
        return render_template("pages/second_step.html", refused=False)
    taken = second_factor.take(held.user.id, request.form.get("code", ""))
    if taken is None:
        detail = {"browser": browsers.words(request.user_agent.string)}
        audit.record("user.second_factor_refused", "user", held.user.id, by=held.user.id, detail=detail)
        return render_template("pages/second_step.html", refused=True), 401
    entrance.begin(held.user, f"{held.how} and {taken}")
    return entrance.go_on(request.args.get("next"))
