"""Cursors: where a list goes on. Opaque to programs, so that what lies in them may change."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from flask import request, url_for

from dashboard.api.shapes.base import CursorAsked
from dashboard.engine.errors import InvalidInputError

LARGEST = 2**63


def next_page(asked: CursorAsked, key: int | str | None) -> str | None:
    """The address of the part that begins behind that key, asked for as this one was; None at the end."""
    if key is None:
        return None
    kept: dict[str, Any] = asked.model_dump(mode="json", exclude_defaults=True, exclude={"cursor"})
    cursor = urlsafe_b64encode(str(key).encode()).decode().rstrip("=")
    return url_for(request.endpoint or "", **(request.view_args or {}), **kept, cursor=cursor)


def key_of(asked: CursorAsked) -> str:
    """The key that lies in the cursor; empty without one."""
    if asked.cursor is None:
        return ""
    try:
        return urlsafe_b64decode(asked.cursor.encode() + b"=" * (-len(asked.cursor) % 4)).decode("ascii")
    except ValueError:
        raise _unknown() from None


def number_of(asked: CursorAsked) -> int | None:
    """The same as the number it is; None without a cursor."""
    key = key_of(asked)
    if asked.cursor is None:
        return None
    if not (key.isdecimal() and int(key) < LARGEST):
        raise _unknown()
    return int(key)


def _unknown() -> InvalidInputError:
    return InvalidInputError("cursor: it is none of ours. Follow `next` as it came.")
