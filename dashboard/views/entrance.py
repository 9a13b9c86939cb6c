"""The entrance: whoever has proved who they are, by whichever way, comes in here and nowhere else.

A person with a second factor is only half way in after the first: their cookie then says who may try the second step,
until when, and under which password. That counts as signed in nowhere.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from flask import redirect, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import second_factor, sessions
from dashboard.extensions import db
from dashboard.models import User
from dashboard.views import back

HALF_WAY = "half_way"
HALF_WAY_SECONDS = 600


@dataclass(frozen=True)
class HalfWay:
    """Who has passed the first step, and how."""

    user: User
    how: str


def admit(user: User, how: str, wanted: str | None) -> AnyResponse:
    """Let the person in, or on to the second step where they have one; `how` names their first proof.

    Goes on to the page that was `wanted`.
    """
    if not second_factor.is_on(user):
        begin(user, how)
        return go_on(wanted)
    session.clear()
    session[HALF_WAY] = [user.id, how, int(time.time()), _mark(user)]
    return redirect(url_for("second_step.show", next=wanted), 303)


def begin(user: User, how: str) -> None:
    """Begin a new session: nothing of the one before survives, so a planted cookie is worth nothing."""
    user_id = user.id
    token = sessions.begin(user_id, how, request.remote_addr, request.user_agent.string)
    session.clear()
    session.permanent = True
    user.session_token = token
    login_user(user)


def half_way() -> HalfWay | None:
    """The person who may try the second step; None when nobody may, not any more, or under another password."""
    held = session.get(HALF_WAY)
    if held is None or time.time() - held[2] > HALF_WAY_SECONDS:
        return None
    user = db.session.get(User, held[0])
    is_still = user is not None and not user.is_disabled and _mark(user) == held[3]
    return HalfWay(user, held[1]) if user is not None and is_still else None


def half_way_id() -> str:
    """The key under which tries at the second step are counted, whatever address they come from."""
    return str(session.get(HALF_WAY, ["nobody"])[0])


def go_on(wanted: str | None) -> AnyResponse:
    return redirect(back.local(wanted, url_for("attention.show")), 303)


def _mark(user: User) -> str:
    """Changes with the password. It tells nothing: what is hashed is the salted hash of the password."""
    return hashlib.sha256((user.password_hash or "").encode()).hexdigest()[:16]
