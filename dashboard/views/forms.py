"""Forms from a workflow's input schema, and the input back from what was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from dashboard.engine import inputs

TEXTS = {"uri": "url", "email": "email", "date": "date"}  # JSON Schema's format: the type of an <input>
KINDS = {"string": "text", "integer": "number", "number": "number", "boolean": "flag"}


@dataclass(frozen=True)
class Field:
    """One property of the schema. `kind`: text, number, flag, choice, choices, lines or json.

    `value` is what the form shows, a line each for `choices` and `lines`; `attributes` are the <input>'s own; `wrong`
    are sentences on what was sent.
    """

    name: str
    title: str
    help: str
    kind: str
    choices: tuple[str, ...]
    value: str
    is_required: bool
    attributes: Mapping[str, str]
    wrong: Sequence[str] = ()

    @property
    def chosen(self) -> list[str]:
        return self.value.splitlines()


@dataclass(frozen=True)
class Answers:
    """What was sent: the input, and by field why it cannot be read or does not fit the schema."""

    given: dict[str, Any]
    wrong: Mapping[str, Sequence[str]]


def fields(
    schema: Mapping[str, Any], sent: Mapping[str, str] | None, wrong: Mapping[str, Sequence[str]] | None = None
) -> list[Field]:
    """The form's fields, filled with what was sent, or where nothing was with the schema's defaults."""
    required, wrong = schema.get("required", ()), wrong or {}
    return [
        Field(
            name=name,
            title=str(rules.get("title", name.replace("_", " ").capitalize())),
            help=str(rules.get("description", "")),
            kind=_kind(rules),
            choices=tuple(str(choice) for choice in _enum(rules)),
            value=sent.get(f"input.{name}", "") if sent is not None else _written(rules, rules.get("default")),
            is_required=name in required,
            attributes=_attributes(rules),
            wrong=wrong.get(name, ()),
        )
        for name, rules in schema.get("properties", {}).items()
    ]


def sent_in(arguments: MultiDict[str, str]) -> dict[str, str]:
    """The fields in a form or an address, `input.NAME=`; what is there several times is a line each."""
    return {name: "\n".join(arguments.getlist(name)) for name in arguments if name.startswith("input.")}


def as_sent(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str]:
    """That input, as the form would send it."""
    rules = schema.get("properties", {})
    return {f"input.{name}": _written(rules.get(name, {}), value) for name, value in given.items()}


def read(schema: Mapping[str, Any], sent: Mapping[str, str]) -> Answers:
    """The input that was sent, checked; fields left empty are left out."""
    given: dict[str, Any] = {}
    unreadable: dict[str, list[str]] = {}
    for name, rules in schema.get("properties", {}).items():
        raw = sent.get(f"input.{name}", "").strip()
        try:
            if raw or _kind(rules) == "flag":
                given[name] = _value(rules, raw)
        except ValueError as error:
            unreadable[name] = [f"{raw[:40]!r} is not {error}."]
    return Answers(given, {**inputs.problems_by_field(schema, given), **unreadable})


def _type(rules: Mapping[str, Any]) -> str:
    """The type, or the first of several that is not null."""
    named = rules.get("type", "string")
    several = named if isinstance(named, list) else [named]
    return next((str(one) for one in several if one != "null"), "string")


def _kind(rules: Mapping[str, Any]) -> str:
    if "enum" in rules:
        return "choice"
    if _type(rules) == "array":
        items = rules.get("items", {})
        return "choices" if "enum" in items else "lines" if items.get("type") == "string" else "json"
    return KINDS.get(_type(rules), "json")


def _enum(rules: Mapping[str, Any]) -> Sequence[Any]:
    found: Sequence[Any] = rules["items"]["enum"] if _kind(rules) == "choices" else rules.get("enum", ())
    return found


def _attributes(rules: Mapping[str, Any]) -> dict[str, str]:
    found = {"type": TEXTS.get(rules.get("format", ""), "text"), "maxlength": rules.get("maxLength")}
    if _kind(rules) == "number":
        step = rules.get("multipleOf", 1 if _type(rules) == "integer" else "any")
        found = {"type": "number", "min": rules.get("minimum"), "max": rules.get("maximum"), "step": step}
    return {name: str(value) for name, value in found.items() if value is not None}


def _written(rules: Mapping[str, Any], value: Any) -> str:
    """The value as the form shows it."""
    if value is None:
        return ""
    if _kind(rules) in ("choices", "lines") and isinstance(value, list):
        return "\n".join(str(one) for one in value)
    if _kind(rules) == "flag":
        return "on" if value is True else ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _value(rules: Mapping[str, Any], raw: str) -> Any:
    """What the text means. ValueError says what it is not."""
    match _kind(rules):
        case "text":
            return _parsed(raw, "JSON") if "anyOf" in rules and raw.startswith("[") else raw
        case "flag":
            return raw == "on"
        case "choice":
            return next((choice for choice in rules["enum"] if str(choice) == raw), raw)
        case "choices":
            return [choice for choice in _enum(rules) if str(choice) in raw.splitlines()]
        case "lines":
            return [line.strip() for line in raw.splitlines() if line.strip()]
        case kind:
            return _parsed(raw, "a number" if kind == "number" else "JSON")


def _parsed(raw: str, wanted: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise ValueError(wanted) from None
