"""Signing in with the operator's OpenID provider: there, and back again."""

from __future__ import annotations

import time
from typing import cast

from flask import Blueprint, Flask, abort, current_app, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from dashboard import browsers
from dashboard.config import Settings
from dashboard.engine import identities, refusals
from dashboard.engine.errors import EngineError
from dashboard.extensions import db
from dashboard.models import User
from dashboard.openid import Client, OpenIdError, ProviderDownError, Trip
from dashboard.views import entrance, sign_in, throttle

pages = Blueprint("openid", __name__, url_prefix="/login/openid")
Page = AnyResponse | tuple[str, int]

ON_THE_WAY = "openid"
TRIP_SECONDS = 600
REFUSED, DOWN = 401, 502


def init_app(app: Flask) -> None:
    """Know the provider, where the operator names one."""
    settings: Settings = app.extensions["settings"]
    if settings.provider:
        back = f"{settings.public_url.rstrip('/')}{pages.url_prefix}/back"
        app.extensions["openid"] = Client(settings.provider, back)


@pages.get("")
@throttle.limit(throttle.PER_ADDRESS, throttle.address, methods=["GET"])
def begin() -> Page:
    """Send the browser to the provider. What it must bring back lies in its cookie until then."""
    client, wanted = _client(), request.args.get("next")
    if current_user.is_authenticated:
        return redirect(url_for("attention.show"))
    try:
        address, trip = client.begin()
    except OpenIdError as problem:
        return _refused(problem, wanted)
    session[ON_THE_WAY] = [trip.state, trip.nonce, trip.verifier, int(time.time()), wanted]
    return redirect(address, 303)


@pages.get("/back")
@throttle.limit(throttle.PER_ADDRESS, throttle.address, methods=["GET"])
def back() -> Page:
    """Let in whoever the provider names, if they may come in. Each trip ends here, whatever its end."""
    client, held = _client(), session.pop(ON_THE_WAY, None)
    browser = browsers.words(request.user_agent.string)
    try:
        with refusals.recorded("user.sign_in", "user", None, how=client.provider.name, browser=browser):
            claimed = client.finish(_trip(held), request.args)
            with refusals.recorded("user.identity", "user", None, email=claimed.email[:200], subject=claimed.subject):
                user_id = identities.recognise(claimed, client.provider)
    except EngineError as problem:
        return _refused(problem, held[4] if held else None)
    return entrance.admit(db.session.get_one(User, user_id), client.provider.name, held[4])


def _client() -> Client:
    if "openid" not in current_app.extensions:
        abort(404)
    return cast(Client, current_app.extensions["openid"])


def _trip(held: list[str | int] | None) -> Trip:
    if held is None or time.time() - int(held[3]) > TRIP_SECONDS:
        raise OpenIdError("This sign-in was ended already, or took longer than ten minutes. Begin again.")
    state, nonce, verifier = (str(one) for one in held[:3])
    return Trip(state, nonce, verifier)


def _refused(problem: EngineError, wanted: str | None) -> Page:
    code = DOWN if isinstance(problem, ProviderDownError) else REFUSED
    return sign_in.page(wanted, problem=str(problem)), code
