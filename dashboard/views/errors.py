"""The one place where an error becomes an answer: 404, 403, 409, 422, and what Flask raises itself.

People are shown a page, programs a problem (`problems`).
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from dashboard.engine import audit
from dashboard.engine.errors import (
    ConflictError,
    EngineError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StorageError,
)
from dashboard.views import access, problems
from dashboard.views.access import RoleError

CODES: dict[type[EngineError], int] = {
    NotFoundError: 404,
    RoleError: 403,
    NotAllowedError: 409,
    ConflictError: 409,
    InvalidInputError: 422,
    StorageError: 503,
}
SENTENCES = {
    404: "There is no such page, or it belongs to a team you are not in.",
    405: "This address does not take that kind of request.",
    413: "The upload is larger than this site accepts. Upload fewer files at once, or smaller ones.",
    429: "Too many tries. Wait a minute, then try again.",
    500: "Something broke on our side. The log of the web process says what.",
}
Answer = tuple[str, int] | Response


def init_app(app: Flask) -> None:
    """Translate every error."""
    app.register_error_handler(EngineError, refuse)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, explain)


def refuse(error: EngineError) -> Answer:
    """What the engine refused, in its own sentence. An act beyond one's role leaves a line in the audit trail."""
    if isinstance(error, RoleError) and request.method == "POST":
        viewer, detail = access.viewer(), {"act": request.endpoint, "why": str(error)}
        team_id, person = access.team().id if viewer.memberships else None, viewer.user.id
        audit.record("access.refused", "user", person, team_id, person, detail)
    code, each = CODES.get(type(error), 409), error.sentences if isinstance(error, InvalidInputError) else ()
    return problems.answer(code, str(error), each) if problems.are_wanted() else show(code, str(error))


def forged(_error: CSRFError) -> Answer:
    return show(400, "This form is too old or did not come from this site. Go back, reload the page and send it again.")


def explain(error: HTTPException) -> Answer | HTTPException:
    """An HTTP error on a page of ours; redirects, and what brings its own page, pass unchanged."""
    code = error.code or 500
    if code < 400 or error.response is not None:
        return error
    if problems.are_wanted():
        return problems.explain(error)
    return show(code, SENTENCES.get(code, error.description or HTTPStatus(code).phrase))


def show(code: int, sentence: str) -> Answer:
    """A whole page, or just the sentence where htmx asked for a fragment."""
    page = "partials/error.html" if "HX-Request" in request.headers else "pages/error.html"
    return render_template(page, code=code, phrase=HTTPStatus(code).phrase, sentence=sentence), code
