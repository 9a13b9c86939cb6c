"""Headers of every response: what a browser may load, embed, guess and keep."""

from __future__ import annotations

from flask import Flask, Response, request

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DOWNLOAD = "sandbox; default-src 'none'; frame-ancestors 'none'"
# A produced file shown inside a page of ours: it may style itself, and nothing else.
EMBEDDED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

CALLED_BY_CONTENT = frozenset({"paper_pages.picture", "paper_pages.words"})


def init_app(app: Flask) -> None:
    """Set the headers after every request."""
    app.after_request(protect)


def protect(response: Response) -> Response:
    """A view may have set a policy of its own; everything else gets the page's."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", PAGE)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    headers["Cache-Control"] = _cache_control(response)
    return response


def _cache_control(response: Response) -> str:
    """A static file's address changes with the file, so it may be kept; a page shows what is the team's alone."""
    if request.endpoint in CALLED_BY_CONTENT and response.status_code == 200:
        return "private, max-age=31536000, immutable"
    if request.endpoint not in ("static", "bundles.show"):
        return "no-store"
    return "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
