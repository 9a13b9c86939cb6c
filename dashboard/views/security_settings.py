"""A person's own security: where they are signed in, and their second factor."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import recovery_codes, second_factor, sessions
from dashboard.reads import sessions as open_sessions
from dashboard.views import access

pages = Blueprint("security", __name__, url_prefix="/settings/security")

FEW_CODES = 3
ID = re.compile(r"[0-9]{1,18}")


@pages.get("")
def show() -> str:
    return page()


@pages.post("/sessions")
def end() -> AnyResponse:
    """End one other session of one's own, or with `session=others` all of them."""
    viewer, which = access.viewer(), request.form.get("session", "")
    if which == "others":
        ended = sessions.revoke_others(viewer.user.id, viewer.session_id)
        flash(f"Signed out everywhere else: {ended} {'browser' if ended == 1 else 'browsers'}.", "good")
    else:
        sessions.revoke(viewer.user.id, int(which) if ID.fullmatch(which) else 0)
        flash("That browser is signed out.", "good")
    return redirect(url_for("security.show"), 303)


def page(problem: str = "") -> str:
    """The page, with what was wrong with a form of it."""
    viewer = access.viewer()
    codes = recovery_codes.left(viewer.user.id)
    return render_template(
        "pages/security.html",
        person=viewer.user,
        is_on=second_factor.is_on(viewer.user),
        codes=codes,
        few_codes=codes <= FEW_CODES,
        sessions=open_sessions.open_of(viewer.user.id),
        session_id=viewer.session_id,
        problem=problem,
    )
