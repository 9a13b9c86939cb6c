"""Of what a person is told, and how; and what their browser is to show now."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import wishes
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.notices import Event
from dashboard.engine.wishes import Scope, Wish
from dashboard.reads import notices
from dashboard.views import access, letters

pages = Blueprint("notifications", __name__)

WORDS = {
    Event.FAILED: "A run has failed",
    Event.STUCK: "A run stands still",
    Event.FINISHED: "A run has finished well",
    Event.BATCH_DONE: "The last run of a cohort or a bulk action has ended",
    Event.RECHECK_CHANGED: "A recheck has found something else than before",
}


@pages.get("/settings/notifications")
def show() -> str:
    viewer = access.viewer()
    return render_template(
        "pages/notifications.html",
        wishes=notices.of_person(viewer.user.id),
        words=WORDS,
        scopes=list(Scope),
        sends_letters=letters.can_be_sent(),
    )


@pages.post("/settings/notifications")
def choose() -> AnyResponse:
    chosen = {event: Wish(_scope(event, "email"), _scope(event, "browser")) for event in Event}
    wishes.choose(access.viewer().user.id, chosen)
    flash("You are told so from now on.", "good")
    return redirect(url_for("notifications.show"), 303)


@pages.get("/notifications/recent")
def recent() -> Response:
    """What was told in the last minutes, for the one tab of the browser that asks."""
    viewer = access.viewer()
    found = notices.recent(viewer.user.id, viewer.team_ids)
    said = [
        {"id": one.id, "title": one.headline, "body": one.detail or one.team.name, "url": one.path} for one in found
    ]
    return jsonify(notices=said)


def _scope(event: Event, channel: str) -> Scope:
    """What the form says; what it leaves out stays as if nobody had chosen."""
    try:
        return Scope(request.form.get(f"{event}.{channel}") or getattr(wishes.DEFAULT[event], channel))
    except ValueError:
        raise InvalidInputError("Choose none, mine or all.") from None
