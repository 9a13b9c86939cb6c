"""What the description says of every address: the problems it may answer with, files instead of JSON, exact ids."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from dashboard.views.problems import TYPE

FILES: dict[str, str] = {}  # media types by operation
MAY_FAIL = (400, 401, 403, 404, 409, 422, 429)
MAY_FAIL_TO_ACT = (413, 415)
LARGEST_ID = 2**63 - 1

KEYED = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "A name you choose for this act. Sent again within a day, with the same body, it is answered as "
    "the first time and nothing happens twice.",
}
TAKES_A_KEY = frozenset({"runs.start", "uploads.send"})


def complete(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The description with all that is the same everywhere."""
    whole = deepcopy(dict(spec))
    whole["components"]["responses"] = {str(code): _problem(code) for code in MAY_FAIL + MAY_FAIL_TO_ACT}
    for address in whole["paths"].values():
        for method, operation in address.items():
            _complete(operation, method)
    return whole


def _complete(operation: dict[str, Any], method: str) -> None:
    name = operation["operationId"]
    for parameter in operation["parameters"]:
        if parameter["in"] == "path" and parameter["schema"]["type"] == "integer":
            parameter["schema"] = {"type": "integer", "format": "int64", "minimum": 1, "maximum": LARGEST_ID}
    if name in TAKES_A_KEY:
        operation["parameters"].append(KEYED)
    if media_type := FILES.get(name):
        operation["responses"]["200"]["content"] = {media_type: {}}
    for code in MAY_FAIL + (MAY_FAIL_TO_ACT if method == "post" else ()):
        operation["responses"][str(code)] = {"$ref": f"#/components/responses/{code}"}


def _problem(code: int) -> dict[str, Any]:
    content = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": HTTPStatus(code).phrase, "content": content}
