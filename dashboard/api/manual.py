"""The description as a page tells it: noun by noun, each address with what it takes and answers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A field of what is sent or answered; `place` is path, query, header or body, empty in answers."""

    name: str
    kind: str
    place: str
    is_required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """A method at an address. `answer` names what comes: a shape, or a file's media type."""

    id: str
    noun: str
    method: str
    address: str
    summary: str
    takes: tuple[Part, ...]
    code: str
    answer: str
    fields: tuple[Part, ...]


def nouns(spec: Record) -> list[tuple[str, list[Operation]]]:
    """Every operation under its noun, in the order of the addresses."""
    found = [_operation(spec, address, method, one) for address, method, one in _each(spec)]
    order = list(dict.fromkeys(one.noun for one in found))
    found.sort(key=lambda one: order.index(one.noun))
    return [(noun.replace("_", " "), list(those)) for noun, those in groupby(found, key=lambda one: one.noun)]


def _each(spec: Record) -> Iterator[tuple[str, str, Record]]:
    for address, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield address, method.upper(), operation


def _operation(spec: Record, address: str, method: str, operation: Record) -> Operation:
    code, told = next((code, told) for code, told in operation["responses"].items() if code.startswith("2"))
    media_type, content = next(iter(told["content"].items()))
    shape = content.get("schema", {})
    return Operation(
        id=operation["operationId"].replace(".", "-"), noun=operation["tags"][0], method=method, address=address,
        summary=operation["summary"], takes=(*_parameters(spec, operation), *_body(spec, operation)), code=code,
        answer=_kind(spec, shape) if shape else media_type, fields=tuple(_fields(spec, shape, "")),
    )  # fmt: skip


def _parameters(spec: Record, operation: Record) -> Iterator[Part]:
    for one in operation["parameters"]:
        yield Part(one["name"], _kind(spec, one["schema"]), one["in"], one["required"], one.get("description", ""))


def _body(spec: Record, operation: Record) -> Iterator[Part]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _fields(spec, content["schema"], "body")


def _fields(spec: Record, schema: Record, place: str) -> Iterator[Part]:
    whole = _resolved(spec, schema)
    for name, one in whole.get("properties", {}).items():
        yield Part(name, _kind(spec, one), place, name in whole.get("required", ()), one.get("description", ""))


def _kind(spec: Record, schema: Record) -> str:
    """In words: `integer`, `list of Run`, `met or not_met`, `text or null`."""
    if several := schema.get("anyOf"):
        kinds = [_kind(spec, one) for one in several]
        return " or ".join(kind for kind in kinds if kind != "null" or "default" not in schema)  # it may be left out
    if choices := _resolved(spec, schema).get("enum"):
        return " or ".join(str(one) for one in choices)
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"list of {_kind(spec, schema['items'])}"
    named = {"string": "file" if schema.get("format") == "binary" else "text", "boolean": "yes or no"}
    return named.get(str(schema.get("type")), str(schema.get("type", "any")))


def _resolved(spec: Record, schema: Record) -> Record:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: Record = spec["components"]["schemas"][name] if name else schema
    return found
