"""Live regions: one partial a page and its poll share, sent again only when what it shows has changed."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from flask import Response, make_response, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine.states import RUN_FINISHED
from dashboard.views import access, door

LOOK_AGAIN_SECONDS = 10


def fingerprint(shown: Any) -> str:
    """A short name of what is shown; equal for equal read models (frozen dataclasses of plain values)."""
    return hashlib.sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:16]


def answer(partial: str, version: str, **shown: Any) -> Response:
    """204 when the page has this version already (`?v=`), else the partial, which carries the new version."""
    if request.args.get("v") == version:
        return Response(status=204)
    return make_response(render_template(partial, v=version, **shown))


def turning(version: int, status: str) -> str:
    """A run's version as pages carry it. While the run goes on it turns every ten seconds: silence changes no row."""
    return f"{version}" if status in RUN_FINISHED else f"{version}.{int(time.time()) // LOOK_AGAIN_SECONDS}"


def unchanged(run_id: int) -> AnyResponse | None:
    """For a poll of a run or a part of it, which asks nobody else who may see it: 204 while the page's version stands,
    by one query that checks the session too. A stranger is sent to the sign-in page; None sends the page anew."""
    found = access.run_version(run_id)
    if found is not None and request.args.get("v") == turning(*found):
        return Response(status=204)
    return None if current_user.is_authenticated else door.to_sign_in()
