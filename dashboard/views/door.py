"""The door: every page needs a signed-in person unless its endpoint is named here."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as AnyResponse

from dashboard.cookies import HostCookie
from dashboard.engine import sessions
from dashboard.extensions import login_manager
from dashboard.views import access, back, problems

OPEN_TO_ALL = frozenset(
    {
        "static",
        "bundles.show",
        "sign_in.login",
        "second_step.show",
        "sign_in.welcome",
        "openid.begin",
        "openid.back",
        "invitations.show",
        "invitations.accept",
        "resets.ask",
        "resets.send",
        "resets.show",
        "resets.use",
        "health.healthz",
        "health.readyz",
        "api_description.openapi",
    }
)
CHECKS_ITSELF = frozenset({"runs.poll_one", "nodes.poll", "metrics.show"})


def init_app(app: Flask) -> None:
    """Stand at the door."""
    app.session_interface = HostCookie()
    login_manager.user_loader(access.load_user)
    login_manager.request_loader(access.by_token)
    app.before_request(keep)


def keep() -> AnyResponse | None:
    """Send strangers to the sign-in page, and bring them back after; programs are told 401."""
    if isinstance(request.routing_exception, SecurityError):
        return Response("This site goes by another name (TRUSTED_HOSTS).\n", 400, content_type="text/plain")
    if request.endpoint in OPEN_TO_ALL | CHECKS_ITSELF:
        return None
    if not current_user.is_authenticated:
        return abort(401) if problems.are_wanted() else to_sign_in()
    note_visit(access.viewer())
    return None


def note_visit(viewer: access.Viewer) -> None:
    """Keep the session from idling out. A page that polls by itself is no visit: nobody may sit before it."""
    if not viewer.was_seen_lately and "HX-Request" not in request.headers:
        sessions.see(viewer.session_id)


def to_sign_in() -> AnyResponse:
    """For a page a redirect; for a fragment 204 and HX-Redirect, so that no sign-in page lands inside a widget."""
    address = url_for("sign_in.login", next=_place())
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _place() -> str | None:
    """Where the person is, to come back to after signing in: the page, or the page around the fragment."""
    if "HX-Request" in request.headers:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        wanted = urlunsplit(("", "", page.path, page.query, ""))
    else:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return None if wanted == "/" else back.local(wanted, "") or None
