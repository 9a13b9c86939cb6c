"""The way back: addresses a form or a link brings along, followed only within this site."""

from __future__ import annotations

from urllib.parse import urlsplit


def local(wanted: str | None, otherwise: str) -> str:
    """A path of this site, else `otherwise`: never `//host`, a backslash or control characters."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    if "\\" in wanted or any(ord(letter) < 33 for letter in wanted):
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted
