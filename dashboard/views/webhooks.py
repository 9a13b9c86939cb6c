"""How a team tells what happens in it: letters to its people, calls to its webhooks; its admins choose and look."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import deliveries, wishes
from dashboard.engine import webhooks as engine
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.notices import Event
from dashboard.reads import webhooks as reads
from dashboard.views import access, letters, throttle
from dashboard.views.notifications import WORDS

pages = Blueprint("webhooks", __name__, url_prefix="/settings/webhooks")
Page = str | tuple[str, int]

LARGEST_ID = 2**63 - 1


@pages.get("")
def show() -> Page:
    access.team(access.Role.ADMIN)
    return _page()


@pages.post("")
@throttle.limit("60 per hour", throttle.person)
def add() -> Page:
    """Shows the secret, here and nowhere again."""
    team, by = access.team(access.Role.ADMIN), access.viewer().user.id
    events = [event for event in Event if event in request.form.getlist("event")]
    try:
        secret = engine.add(team.id, request.form.get("url", "").strip(), events, by)
    except InvalidInputError as problem:
        return _page(problem=str(problem)), 422
    return _page(secret=secret)


@pages.post("/letters")
def choose_letters() -> AnyResponse:
    """Whether the team's people may be told by e-mail."""
    team, by = access.team(access.Role.ADMIN), access.viewer().user.id
    may = request.form.get("letters") == "on"
    wishes.let_team_send_letters(team.id, may, by)
    flash("Its people are told by e-mail, as each has chosen." if may else "Nobody is told by e-mail.", "good")
    return redirect(url_for("webhooks.show"), 303)


@pages.post("/<int:webhook_id>/remove")
def remove(webhook_id: int) -> AnyResponse:
    hook = access.webhook(webhook_id, access.Role.ADMIN)
    engine.remove(hook.id, access.viewer().user.id)
    flash("It is called no more.", "good")
    return redirect(url_for("webhooks.show"), 303)


@pages.post("/deliveries/<int:delivery_id>/resend")
@throttle.limit("600 per hour", throttle.person)
def resend(delivery_id: int) -> AnyResponse:
    sent = access.delivery(delivery_id, access.Role.ADMIN)
    deliveries.resend(sent.id, sent.team_id, access.viewer().user.id)
    flash("It is sent again within seconds.", "good")
    return redirect(url_for("webhooks.show"), 303)


def _page(problem: str = "", secret: str = "") -> str:
    team = access.team(access.Role.ADMIN)
    return render_template(
        "pages/webhooks.html",
        team=team,
        hooks=reads.of_team(team.id),
        calls=reads.calls(team.id, request.args.get("before", type=_id)),
        events=list(Event),
        words=WORDS,
        url=request.form.get("url", "") if problem else "",
        chosen=request.form.getlist("event") if problem else [Event.FAILED, Event.STUCK, Event.BATCH_DONE],
        problem=problem,
        secret=secret,
        sends_letters=letters.can_be_sent(),
        private_hosts=sorted(current_app.extensions["settings"].webhook_private_hosts),
    )


def _id(raw: str) -> int:
    number = int(raw)
    if not 0 < number <= LARGEST_ID:
        raise ValueError
    return number
