"""Numbers people send: one that is larger than any id stands for an id that nobody has, wherever it is written."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

MOST = 2**53 - 1  # a thousand times this still fits a column of eight bytes, so a page may be counted on from it


class Id(IntegerConverter):
    """The `int` of our addresses."""

    def to_python(self, value: str) -> int:
        return min(int(super().to_python(value)), MOST)


class Sent(ImmutableMultiDict[str, str]):
    """A form or a query, which is asked for numbers with `type=int`."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # not overloaded
        return super().get(key, default, bounded if type is int else type)

    def getlist(self, key: str, type: Any = None) -> list[Any]:
        return super().getlist(key, bounded if type is int else type)


class BoundedRequest(Request):
    """A request that is read that way."""

    parameter_storage_class = Sent


def init_app(app: Flask) -> None:
    """Read numbers that way everywhere; before any page has its address."""
    app.url_map.converters["int"] = Id
    app.request_class = BoundedRequest


def bounded(text: Any) -> int:
    """The number, or where it is too large the largest there is. ValueError when it is none."""
    return max(-MOST, min(int(text), MOST))
