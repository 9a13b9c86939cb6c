"""What every page loads: one style sheet and one script, each joined of its parts and sent packed."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

pages = Blueprint("bundles", __name__, url_prefix="/bundles")

PARTS = {
    "site.css": ("vendor/modern-normalize.css", "css/app.css"),
    "site.js": (
        "js/app.js",
        "js/live.js",
        "js/keys.js",
        "js/ticks.js",
        "js/upload.js",
        "js/notices.js",
        "vendor/htmx.min.js",
    ),
}
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Bundle:
    """The parts one after the other, the same packed, and a short name that changes with them."""

    joined: bytes
    packed: bytes
    digest: str


def init_app(app: Flask) -> None:
    """Make the addresses known to Jinja."""
    app.jinja_env.globals.update(bundle=address)


@pages.get("/<name>")
def show(name: str) -> Response:
    if name not in PARTS:
        abort(404)
    found, is_packed = _bundle(name), request.accept_encodings.quality("gzip") > 0
    response = Response(found.packed if is_packed else found.joined, content_type=TYPES[Path(name).suffix])
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def address(name: str) -> str:
    """Its address, which changes when one of its parts does."""
    return url_for("bundles.show", name=name, v=_bundle(name).digest)


def _bundle(name: str) -> Bundle:
    paths = [Path(current_app.static_folder or "static") / part for part in PARTS[name]]
    there = [path for path in paths if path.exists()]
    return _join(tuple(there), tuple(path.stat().st_mtime_ns for path in there))


@cache
def _join(paths: tuple[Path, ...], _changed: tuple[int, ...]) -> Bundle:
    joined = b"\n".join(path.read_bytes() for path in paths)
    return Bundle(joined, gzip.compress(joined, mtime=0), hashlib.sha256(joined).hexdigest()[:10])
