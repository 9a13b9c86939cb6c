"""What holds for every request of a program: how many there may be, what a body and an id look like."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from flask import Blueprint, Response, abort, request
from flask_limiter import RequestLimit
from flask_login import current_user
from redis import RedisError

from dashboard.extensions import csrf, limiter
from dashboard.filters import duration
from dashboard.views import access, problems, throttle
from dashboard.views.viewers import FOR_PROGRAMS

AMOUNT, SECONDS = 600, 60
FORM, JSON = "multipart/form-data", "application/json"
LOADERS: Mapping[str, Callable[..., object]] = {
    "run_id": access.run, "paper_id": access.paper, "cohort_id": access.cohort, "bulk_id": access.bulk,
}  # fmt: skip
TAKES_FORMS = frozenset({"api_uploads.send"})


def noun(name: str, prefix: str | None = None) -> Blueprint:
    """The addresses of a noun, guarded. A cookie opens none of them, so no forged form needs to be feared."""
    routes = Blueprint(
        f"api_{name}", "dashboard.api", url_prefix=(FOR_PROGRAMS + (name if prefix is None else prefix)).rstrip("/")
    )
    limiter.limit(lambda: f"{AMOUNT} per {SECONDS} seconds", key_func=whoever, on_breach=too_many)(routes)
    csrf.exempt(routes)
    routes.before_request(check)
    routes.after_request(tell_limits)
    return routes


def whoever() -> str:
    """The token; of those without one the address, so that guessing tokens is slow."""
    return f"token {access.viewer().token_id}" if current_user.is_authenticated else throttle.address()


def too_many(breached: RequestLimit) -> Response:
    """When the next request is taken."""
    seconds = _seconds_to(breached)
    answer = problems.answer(429, f"Too many requests with this token. The next is taken in {duration(seconds)}.")
    answer.headers["Retry-After"] = str(seconds)
    return answer


def check() -> None:
    """Before an act: whose the object is, what the token may do, and a body of the type that the address takes."""
    if request.method != "POST":
        return
    for name, number in (request.view_args or {}).items():
        if name in LOADERS:
            LOADERS[name](number)
    access.team(access.Role.MEMBER)
    wanted = FORM if request.endpoint in TAKES_FORMS else JSON
    if request.mimetype != wanted and (wanted == FORM or request.content_length):
        abort(415, f"This address takes {wanted}.")
    if wanted == JSON and request.content_length:
        request.get_json()


def tell_limits(response: Response) -> Response:
    """How many requests are left, as draft-ietf-httpapi-ratelimit-headers writes it; nothing while Redis is away."""
    limit: RequestLimit | None = limiter.current_limit
    if limit is not None:
        with suppress(RedisError):  # it may end after the act was done, which is answered all the same
            response.headers["RateLimit"] = f'"token";r={max(0, limit.remaining)};t={_seconds_to(limit)}'
            response.headers["RateLimit-Policy"] = f'"token";q={AMOUNT};w={SECONDS}'
    return response


def _seconds_to(limit: RequestLimit) -> int:
    return max(1, math.ceil(float(limit.reset_at) - time.time()))
