"""Each request has an id, which stands on its log lines, in its answer and on its error page."""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

from dashboard import telemetry

HEADER = "X-Request-Id"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

logger = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(end)
    app.jinja_env.globals["request_id"] = request_id


def begin() -> None:
    g.begun_at, g.begun_ns = time.monotonic(), time.time_ns()
    request_id()


def request_id() -> str:
    """The id a proxy has given, else one of our own."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
    return str(g.request_id)


def end(response: Response) -> Response:
    """Echo the id, and tell of the answer. Told is the rule and not the address: addresses carry keys and searches."""
    response.headers[HEADER] = request_id()
    route = request.url_rule.rule if request.url_rule else "(no such page)"
    facts = {"status": response.status_code, "endpoint": request.endpoint}
    logger.info("%s %s", request.method, route, extra={"ids": {**facts, "seconds": round(seconds(), 4)}})
    known = {**facts, "method": request.method, "route": route, "request_id": request_id()}
    telemetry.request_answered(f"{request.method} {route}", g.get("begun_ns", time.time_ns()), **known)
    return response


def seconds() -> float:
    """How long the request has taken so far."""
    return time.monotonic() - float(g.get("begun_at", time.monotonic()))
