"""Slow guessing down: each try counts before it is judged, every limit passes with time, nobody is locked out for good.

What is counted lies in Redis, for all web processes together; while Redis is away each counts in its own memory.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, make_response, request
from flask_limiter import RequestLimit
from flask_limiter.util import get_remote_address
from flask_login import current_user

from dashboard import email_address
from dashboard.extensions import limiter
from dashboard.views import errors

View = TypeVar("View", bound=Callable[..., Any])

PER_ACCOUNT = "8 per minute; 60 per hour"
PER_ADDRESS = "60 per minute; 600 per hour"
MINUTE = 60


def throttled(view: View) -> View:
    """For a form with an `email`: so many posts for one account from one address, so many from one address in all.

    Both need the address, so that nobody can keep another person out from elsewhere.
    """
    return per_address(limit(PER_ACCOUNT, account)(view))


def per_address(view: View) -> View:
    return limit(PER_ADDRESS, get_remote_address)(view)


def limit(amounts: str, key: Callable[[], str], **options: Any) -> Callable[[View], View]:
    """A limit on the posts of a view, counted under that key. `options` are those of Flask-Limiter."""
    made: Callable[[View], View] = limiter.limit(amounts, key_func=key, methods=["POST"], on_breach=too_many, **options)
    return made


def account() -> str:
    return f"{get_remote_address()} {email_address.folded(request.form.get('email', ''))[: email_address.LONGEST]}"


def person() -> str:
    """Whoever is signed in, wherever they come from."""
    return str(getattr(current_user, "id", "nobody"))


def too_many(breached: RequestLimit) -> Response:
    """A page that says when the next try is taken."""
    seconds = max(1, math.ceil(breached.reset_at - time.time()))
    wait = f"{seconds} seconds" if seconds <= MINUTE else f"{math.ceil(seconds / MINUTE)} minutes"
    sentence = f"Too many tries. The next one is taken in {wait}."
    answer = make_response(errors.show(HTTPStatus.TOO_MANY_REQUESTS, sentence))
    answer.headers["Retry-After"] = str(seconds)
    return answer
