"""/metrics, and the counting of every request for it."""

from __future__ import annotations

import hmac
from http import HTTPStatus

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask_login import current_user
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from werkzeug.wrappers import Response as AnyResponse

from dashboard import metrics
from dashboard.reads.figures import Conditions, Figures
from dashboard.views import access, door, health, requests

pages = Blueprint("metrics", __name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REFUSE = {"sign_in.login": "password", "second_step.show": "code", "openid.back": "provider"}
READ_FROM = frozenset({"database", "tables"})
TAKE_PAPERS = frozenset({"uploads.send", "api_uploads.send"})


def init_app(app: Flask) -> None:
    """Count every request."""
    app.after_request(note)


@pages.get("/metrics")
def show() -> AnyResponse | str:
    """For Prometheus, which shows the token, and for operators who look; nobody else."""
    if not shows_token():
        if not current_user.is_authenticated:
            return door.to_sign_in()
        access.operator()
    conditions = health.conditions()
    told = [metrics.counted(), _told(Conditions(conditions))]
    if all(each.is_well for each in conditions if each.part in READ_FROM):
        told.append(_told(Figures()))
    return Response(b"".join(told), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def shows_token() -> bool:
    """Whether the token comes with the request; one that is wrong is told so, and not sent to sign in."""
    given, wanted = request.authorization, current_app.extensions["settings"].watching.metrics_token
    if given is None:
        return False
    token = given.token or "" if given.type == "bearer" else ""
    if wanted is None or not hmac.compare_digest(token.encode(), wanted.encode()):
        abort(HTTPStatus.UNAUTHORIZED)
    return True


def _told(collector: Collector) -> bytes:
    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry)


def note(response: Response) -> Response:
    """Count the answer. Addresses that lead nowhere are one endpoint: a label must not be anybody's to invent."""
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    metrics.REQUESTS.labels(endpoint, method, response.status_code).inc()
    metrics.SECONDS.labels(endpoint).observe(requests.seconds())
    if endpoint in REFUSE and response.status_code >= HTTPStatus.BAD_REQUEST:
        metrics.REFUSALS.labels(REFUSE[endpoint]).inc()
    if endpoint in TAKE_PAPERS:
        metrics.UPLOADED.inc(request.content_length or 0)
    return response
