"""Slow guessing down: each try counts before it is judged, every limit passes with time, nobody is locked out for good.

What is counted lies in Redis, for all web processes together; while Redis is away each counts in its own memory.
"""

from __future__ import annotations

import ipaddress
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
from dashboard.filters import duration
from dashboard.views import errors

View = TypeVar("View", bound=Callable[..., Any])

PER_ACCOUNT = "8 per minute; 60 per hour"
PER_ADDRESS = "60 per minute; 600 per hour"
HOME_BITS = 64


def throttled(view: View) -> View:
    """For a form with an `email`: so many posts for one account from one address, so many from one address in all.

    Both need the address, so that nobody can keep another person out from elsewhere.
    """
    return per_address(limit(PER_ACCOUNT, account)(view))


def per_address(view: View) -> View:
    return limit(PER_ADDRESS, address)(view)


def limit(amounts: str, key: Callable[[], str], **options: Any) -> Callable[[View], View]:
    """A limit on a view, on its posts unless said otherwise, counted under that key. `options` are Flask-Limiter's."""
    options = {"methods": ["POST"], **options}
    made: Callable[[View], View] = limiter.limit(amounts, key_func=key, on_breach=too_many, **options)
    return made


def address() -> str:
    """Where the request comes from; of IPv6 the network of 64 bits, since one home has all the addresses in it."""
    try:
        found = ipaddress.ip_address(get_remote_address())
    except ValueError:
        return "nowhere"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, HOME_BITS), strict=False))


def account() -> str:
    return f"{address()} {email_address.folded(request.form.get('email', ''))[: email_address.LONGEST]}"


def person() -> str:
    """Whoever is signed in, wherever they come from."""
    return str(getattr(current_user, "id", "nobody"))


def too_many(breached: RequestLimit) -> Response:
    """A page that says when the next try is taken."""
    seconds = max(1, math.ceil(breached.reset_at - time.time()))
    sentence = f"Too many tries. The next one is taken in {duration(seconds)}."
    answer = make_response(errors.show(HTTPStatus.TOO_MANY_REQUESTS, sentence))
    answer.headers["Retry-After"] = str(seconds)
    return answer
