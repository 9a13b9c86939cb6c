"""Each request has an id, which stands on its log lines, in its answer and on its error page."""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

HEADER = "X-Request-Id"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

logger = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(end)
    app.jinja_env.globals["request_id"] = request_id


def begin() -> None:
    g.begun_at = time.monotonic()
    request_id()


def request_id() -> str:
    """The id a proxy has given, else one of our own."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
    return str(g.request_id)


def end(response: Response) -> Response:
    """Echo the id, and write a line. The line has the rule and not the address: addresses carry keys and searches."""
    response.headers[HEADER] = request_id()
    place = request.url_rule.rule if request.url_rule else "(no such page)"
    ids = {"status": response.status_code, "endpoint": request.endpoint, "seconds": round(seconds(), 4)}
    logger.info("%s %s", request.method, place, extra={"ids": ids})
    return response


def seconds() -> float:
    """How long the request has taken so far."""
    return time.monotonic() - float(g.get("begun_at", time.monotonic()))
