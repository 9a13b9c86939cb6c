"""What programs may ask: each address with what it takes and answers, checked on the way and told as OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, Protocol

from flask import Blueprint, Request, Response, jsonify
from pydantic import BaseModel, ValidationError
from spectree import Response as Answers
from spectree import SecurityScheme, SpecTree
from spectree.config import ModeEnum
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.flask_plugin import FlaskPlugin

from dashboard.api import completion
from dashboard.api.shapes.problem import Problem
from dashboard.engine.errors import InvalidInputError
from dashboard.views.viewers import FOR_PROGRAMS

Given = ParamSpec("Given")

routes = Blueprint("api_description", __name__, url_prefix=FOR_PROGRAMS)


class Described(Protocol):
    """Makes of a view one that answers as described, with the same arguments."""

    def __call__(self, view: Callable[Given, Any], /) -> Callable[Given, Response]: ...


class Backend(FlaskPlugin):
    """Lets files and streams pass: they fit no model, and looking into them would read them into memory. Files that
    come in are lists, also where one comes."""

    def fill_form(self, request: Request) -> dict[str, Any]:
        return request.form.to_dict() | {name: request.files.getlist(name) for name in request.files}

    def validate_response(self, resp: Any, *rest: Any) -> Any:
        return (resp, None) if isinstance(resp, Response) else super().validate_response(resp, *rest)


def refuse(_request: Any, _response: Any, error: Exception | None, *_rest: Any) -> None:
    """A sentence for each part of a request that does not fit."""
    if isinstance(error, ValidationError):
        raise InvalidInputError(*(_sentence(one) for one in error.errors()))


def fail(_request: Any, _response: Any, error: Exception | None, *_rest: Any) -> None:
    """An answer that does not fit its description is a fault of ours."""
    if error is not None:
        raise error


_tree = SpecTree(
    "flask",
    backend=Backend,
    before=refuse,
    after=fail,
    validation_error_model=Problem,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    title="PaperSnitch",
    version="1",
    description="The verbs of the dashboard's pages, for programs.",
    mode=ModeEnum.strict,
    page_templates={},
    security_schemes=[
        SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")),
    ],
    security={"token": []},
)


def answers(shape: type[BaseModel] | None = None, code: int = 200, file: str = "") -> Described:
    """The view answers with that shape or with a file of that media type. What it takes its annotations tell."""

    def described(view: Callable[Given, Any]) -> Callable[Given, Response]:
        noun = view.__module__.rpartition(".")[2]
        name = f"{noun}.{view.__name__}"
        if file:
            completion.FILES[name] = file
        resp = Answers(**{f"HTTP_{code}": shape})
        made: Callable[Given, Response] = _tree.validate(resp=resp, tags=[noun], operation_id=name)(view)
        return made

    return described


@routes.get("/openapi.json")
def openapi() -> Response:
    """The whole description; open to all, for it tells of nobody's work."""
    return jsonify(description())


def description() -> dict[str, Any]:
    return completion.complete(_tree.spec)


def _sentence(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    return f"{where or 'the body'}: {error['msg'][:1].lower()}{error['msg'][1:]}."
