"""Idempotency-Key: a request that comes again is answered as the first time, and nothing happens twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import IO, ParamSpec

from flask import Response, request
from werkzeug.exceptions import HTTPException

from dashboard.engine import repeats
from dashboard.engine.errors import ConflictError, EngineError, InvalidInputError
from dashboard.engine.repeats import Answer, Asked
from dashboard.views import access, problems

Given = ParamSpec("Given")

HEADER = "Idempotency-Key"
SHAPE = re.compile(r"[!-~]{1,200}")
CHUNK = 1024 * 1024
SOON_SECONDS = 2


def answered_once(view: Callable[Given, Response]) -> Callable[Given, Response]:
    """For acts that make something: with a key they happen once, however often they are asked for."""

    @wraps(view)
    def answer(*given: Given.args, **named: Given.kwargs) -> Response:
        key, team = request.headers.get(HEADER), access.team(access.Role.MEMBER)
        if key is None:
            return view(*given, **named)
        if not SHAPE.fullmatch(key):
            raise InvalidInputError(f"{HEADER}: it has up to 200 letters, digits and signs, and no spaces.")
        try:
            begun = repeats.begin(Asked(access.viewer().user.id, team.id, key, _hash_of_request()))
        except ConflictError as error:
            return _later(error)
        if isinstance(begun, Answer):
            return _again(begun)
        return _first(begun, lambda: view(*given, **named))

    return answer


def _first(key_id: int, act: Callable[[], Response]) -> Response:
    try:
        made = act()
    except (EngineError, HTTPException):  # whatever else broke may have broken after the act, so it keeps the key
        repeats.forget(key_id)
        raise
    repeats.keep(key_id, Answer(made.status_code, made.get_data(as_text=True), made.headers.get("Location")))
    return made


def _later(error: ConflictError) -> Response:
    """The first request is under way: its answer is there in a moment."""
    answer = problems.answer(409, str(error))
    answer.headers["Retry-After"] = str(SOON_SECONDS)
    return answer


def _again(before: Answer) -> Response:
    response = Response(before.body, before.status, mimetype="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    if before.location:
        response.headers["Location"] = before.location
    return response


def _hash_of_request() -> str:
    """Of the address and all that was sent; a form's own separators are left out, for they change each time."""
    digest = hashlib.sha256(request.path.encode())
    for part in _parts():
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _parts() -> Iterator[bytes]:
    if request.mimetype != "multipart/form-data":
        yield request.get_data()
        return
    for name, value in sorted(request.form.items(multi=True)):
        yield f"{name}={value}".encode()
    for name, file in request.files.items(multi=True):
        yield f"{name}={file.filename}".encode()
        yield _digest(file.stream)


def _digest(content: IO[bytes]) -> bytes:
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    content.seek(0)
    return digest.digest()
