"""The door: every page needs a signed-in person unless its endpoint is named here."""

from __future__ import annotations

from flask import Flask, Response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from dashboard.extensions import login_manager
from dashboard.views import access

OPEN_TO_ALL = frozenset(
    {"static", "bundles.show", "sign_in.login", "sign_in.welcome", "health.healthz", "health.readyz"}
)
CHECKS_ITSELF = frozenset({"runs.poll_one"})


def init_app(app: Flask) -> None:
    """Stand at the door."""
    login_manager.user_loader(access.load_user)
    app.before_request(keep)


def keep() -> AnyResponse | None:
    """Send strangers to the sign-in page, and bring them back after."""
    if request.endpoint in OPEN_TO_ALL | CHECKS_ITSELF or current_user.is_authenticated:
        return None
    return to_sign_in()


def to_sign_in() -> AnyResponse:
    """For a page a redirect; for a fragment 204 and HX-Redirect, so that no sign-in page lands inside a widget."""
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": url_for("sign_in.login")})
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.login", next=wanted if wanted != "/" else None))
