"""Forms from a workflow's input schema, and the input back from what was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.engine.errors import InvalidInputError


@dataclass(frozen=True)
class Field:
    """One property of the schema. `kind`: text, number, flag, choice or json; `value` is what the form shows."""

    name: str
    title: str
    help: str
    kind: str
    choices: tuple[str, ...]
    value: str
    is_required: bool


def fields(schema: Mapping[str, Any], sent: Mapping[str, str]) -> list[Field]:
    """The form's fields, filled with what was sent, else with the schema's defaults."""
    required = schema.get("required", ())
    return [_field(name, rules, sent, name in required) for name, rules in schema.get("properties", {}).items()]


def in_address(arguments: Mapping[str, str]) -> dict[str, str]:
    """The fields that an address fills beforehand: `?input.NAME=`."""
    return {name: value for name, value in arguments.items() if name.startswith("input.")}


def read(schema: Mapping[str, Any], sent: Mapping[str, str]) -> dict[str, Any]:
    """The input that was sent; fields left empty are left out. InvalidInputError names a field that cannot be read."""
    values: dict[str, Any] = {}
    for name, rules in schema.get("properties", {}).items():
        raw = sent.get(f"input.{name}", "")
        if _kind(rules) == "flag":
            values[name] = raw == "on"
        elif raw.strip():
            values[name] = _value(name, rules, raw.strip())
    return values


def _field(name: str, rules: Mapping[str, Any], sent: Mapping[str, str], is_required: bool) -> Field:
    default = rules.get("default", "")
    shown = default if isinstance(default, str) else json.dumps(default)
    if sent:
        shown = sent.get(f"input.{name}", "")
    return Field(
        name=name,
        title=str(rules.get("title", name.replace("_", " ").capitalize())),
        help=str(rules.get("description", "")),
        kind=_kind(rules),
        choices=tuple(str(choice) for choice in rules.get("enum", ())),
        value=shown,
        is_required=is_required,
    )


def _kind(rules: Mapping[str, Any]) -> str:
    if "enum" in rules:
        return "choice"
    kinds = {"string": "text", "integer": "number", "number": "number", "boolean": "flag"}
    return kinds.get(str(rules.get("type", "string")), "json")


def _value(name: str, rules: Mapping[str, Any], raw: str) -> Any:
    kind = _kind(rules)
    if kind == "text":
        return raw
    if kind == "choice":
        return next((choice for choice in rules["enum"] if str(choice) == raw), raw)
    try:
        return json.loads(raw)
    except ValueError:
        wanted = "a number" if kind == "number" else "JSON"
        raise InvalidInputError(f"{name}: {raw[:40]!r} is not {wanted}.") from None
