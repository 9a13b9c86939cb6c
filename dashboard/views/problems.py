"""Errors as programs read them: RFC 9457 problems, whatever went wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from dashboard.views.viewers import FOR_PROGRAMS

TYPE = "application/problem+json"
SENTENCES = {
    401: "No token that opens this came with the request. Send one of yours: Authorization: Bearer psn_...",
    404: "There is nothing at this address, or it belongs to another team than the token's.",
    405: "This address does not take that method.",
    413: "The request is larger than this site accepts. Send fewer files at once, or smaller ones.",
    415: "This address takes a body of another type.",
    500: "Something broke on our side. The log of the web process says what.",
}


def are_wanted() -> bool:
    """Whether a program asks, so that no page is sent."""
    return request.path.startswith(FOR_PROGRAMS)


def answer(code: int, sentence: str, each: Sequence[str] = ()) -> Response:
    """The problem; `each` are the sentences for the single things that are wrong, where there are several."""
    told = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "detail": sentence}
    response = Response(json.dumps(told | ({"errors": list(each)} if each else {})), code, content_type=TYPE)
    if code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def explain(error: HTTPException) -> Response:
    """What Flask raised by itself. One who may not send that method is told which they may."""
    code = error.code or 500
    response = answer(code, SENTENCES.get(code, error.description or HTTPStatus(code).phrase))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response
