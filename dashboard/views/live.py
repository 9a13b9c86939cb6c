"""Live regions: one partial a page and its poll share, sent again only when what it shows has changed."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, make_response, render_template, request


def fingerprint(shown: Any) -> str:
    """A short name of what is shown; equal for equal read models (frozen dataclasses of plain values)."""
    return hashlib.sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:16]


def answer(partial: str, version: str, **shown: Any) -> Response:
    """204 when the page has this version already (`?v=`), else the partial, which carries the new version."""
    if request.args.get("v") == version:
        return Response(status=204)
    return make_response(render_template(partial, v=version, **shown))
