"""When a request is sent again: after what the site asks for, or a little later each time. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MOST_TRIES = 6
LONGEST_WAIT_SECONDS = 120.0
ASK_LATER = (409, 429, 503)  # a 409 asks only while the first request with the same Idempotency-Key is under way
MAY_PASS = (502, 503, 504)


def pause_after(status: int, headers: Mapping[str, str], tries: int, may_repeat: bool, now: datetime) -> float | None:
    """Seconds until the next try; None when the answer is final.

    A site that says when to come back has done nothing yet, so that anything may be sent again. Of other failures
    nobody knows how far they came: there only what may happen twice (`may_repeat`) is.
    """
    asked = _asked_for(headers, now) if status in ASK_LATER else None
    if asked is None:
        return backoff(tries) if status in MAY_PASS and may_repeat and tries < MOST_TRIES else None
    return asked if asked <= LONGEST_WAIT_SECONDS and tries < MOST_TRIES else None


def backoff(tries: int) -> float:
    """Half a second, doubled each time."""
    return 0.5 * 2.0 ** (tries - 1)


def _asked_for(headers: Mapping[str, str], now: datetime) -> float | None:
    """Retry-After, which is seconds or a date."""
    words = headers.get("Retry-After", "").strip()
    if words.isdecimal():
        return float(words)
    try:
        until = parsedate_to_datetime(words)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())
