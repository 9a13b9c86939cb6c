"""Check a run's input against its workflow's JSON Schema, and say what is wrong with each field. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

LONGEST_VALUE = 60


Path = tuple[str | int, ...]


def problems(schema: Mapping[str, Any], given: Any) -> list[str]:
    """A sentence for each field that does not fit, by field; empty when all do."""
    return sorted(dict.fromkeys(f"{field(path)}: {complaint}." for path, complaint in faults(schema, given)))


def faults(schema: Mapping[str, Any], given: Any) -> list[tuple[Path, str]]:
    """The path of each field that does not fit, and what is wrong with it."""
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(schema, registry=Registry(), format_checker=checker)  # it fetches nothing
    try:
        return [found for error in validator.iter_errors(given) for found in _faults(error)]
    except Unresolvable as error:
        return [((), f"cannot be checked: its schema refers to {error.ref!r}, which is no part of it")]
    except RecursionError:
        return [((), "cannot be checked: it or its schema goes too deep")]


def problems_by_field(schema: Mapping[str, Any], given: Any) -> dict[str, list[str]]:
    """The same by the property of the input they are about; "" for those about the input as a whole."""
    found: dict[str, list[str]] = {}
    for sentence in problems(schema, given):
        told, _, complaint = sentence.partition(": ")
        name = re.split(r"[.\[]", told)[0]
        is_part = name in schema.get("properties", {})
        found.setdefault(name if is_part else "", []).append(
            complaint[:1].upper() + complaint[1:] if told == name else sentence
        )
    return found


def _faults(error: ValidationError) -> Iterable[tuple[Path, str]]:
    """What one failed rule says; a rule over several fields says so of each."""
    where = tuple(error.absolute_path)
    match error.validator:
        case "required" if isinstance(error.instance, Mapping):
            return [((*where, name), "is missing") for name in _missing(error)]
        case "additionalProperties" if isinstance(error.instance, Mapping) and isinstance(error.schema, Mapping):
            return [((*where, name), "there is no such field") for name in _unknown(error)]
    return [(where, _complaint(error))]


def _missing(error: ValidationError) -> list[str]:
    required, given = cast(Any, error.validator_value), cast(Any, error.instance)
    return [name for name in required if name not in given]


def _unknown(error: ValidationError) -> list[str]:
    schema, given = cast(Any, error.schema), cast(Any, error.instance)
    patterns = schema.get("patternProperties", {})
    left = set(given) - set(schema.get("properties", {}))
    return [name for name in left if not any(re.search(pattern, name) for pattern in patterns)]


def _complaint(error: ValidationError) -> str:
    value, rule = _shown(error.instance), cast(Any, error.validator_value)
    match error.validator:
        case "type":
            return f"{value} is not of the type {rule if isinstance(rule, str) else ' or '.join(rule)}"
        case "enum":
            return f"{value} is none of {', '.join(_shown(choice) for choice in rule)}"
        case "pattern" if isinstance(error.schema, Mapping) and "$comment" in error.schema:
            return f"{value} is not {error.schema['$comment']}"
        case "minimum" | "maximum":
            return f"{value} is {'less' if error.validator == 'minimum' else 'more'} than {rule}"
        case "anyOf" | "oneOf" if error.context:
            return f"{value} has none of the forms it may have: {'; '.join(map(_complaint, error.context))}"
    return str(error.message)[:300]


def field(path: Iterable[str | int]) -> str:
    """`authors[2].name`, or what the whole is called."""
    words = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(words).removeprefix(".") or "the input"


def _shown(value: Any) -> str:
    raw = json.dumps(value, ensure_ascii=False, default=str)
    return raw if len(raw) <= LONGEST_VALUE else raw[:LONGEST_VALUE] + "…"
