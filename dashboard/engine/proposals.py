"""Proposals: workflows that were checked whole and may be saved. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from dashboard.engine import dag
from dashboard.engine.dag import Dag
from dashboard.engine.errors import InvalidInputError
from dashboard.models import WorkflowDefinition

LONGEST_NAME = 200
PAGES = frozenset({"new"})  # beside the workflows' own


@dataclass(frozen=True)
class Proposal:
    """A workflow that was checked and may be saved: `record` is its shape as it is kept."""

    name: str
    record: dict[str, Any]
    input_schema: dict[str, Any]
    description: str = ""

    def is_said_by(self, version: WorkflowDefinition) -> bool:
        """Whether that version says the same, also where it was saved before nodes had all of today's settings."""
        return dag.as_record(dag.parse(version.dag)) == self.record and version.input_schema == self.input_schema


def propose(
    name: str,
    raw: Any,
    description: str = "",
    input_schema: dict[str, Any] | None = None,
    known_handlers: Collection[str] | None = None,
) -> Proposal:
    """The workflow, checked whole; InvalidInputError says what is wrong with it."""
    if not 1 <= len(name) <= LONGEST_NAME or "/" in name or name in PAGES:
        raise InvalidInputError(f"A workflow's name is 1 to {LONGEST_NAME} letters without /, and not 'new'.")
    shape = _keyed(name, dag.parse(raw, known_handlers))
    schema = input_schema or {"type": "object"}
    if wrong := _wrong_with(schema):
        raise InvalidInputError(f"The input schema of {name!r} {wrong}.")
    return Proposal(name, dag.as_record(shape), schema, description)


def _wrong_with(schema: dict[str, Any]) -> str:
    """Why nothing can be checked against that schema; empty where it can."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"is not a JSON Schema: {error.message}"
    except RecursionError:
        return "goes too deep"
    refs = re.findall(r'"\$(?:dynamicR|r)ef": "([^"]*)"', json.dumps(schema))
    abroad = next((ref for ref in refs if not ref.startswith("#")), None)
    return f"refers to {abroad!r}: only its own parts (#/$defs/name) can be referred to" if abroad is not None else ""


def _keyed(name: str, shape: Dag) -> Dag:
    """The same with a key for every limit: a node that names none shares its places with its other versions only."""
    specs = tuple(
        replace(spec, concurrency_key=f"{name}/{spec.id}") if spec.concurrency and not spec.concurrency_key else spec
        for spec in shape.nodes
    )
    if long := next((spec.id for spec in specs if len(spec.concurrency_key or "") > dag.LONGEST_KEY), None):
        raise InvalidInputError(f"Node {long!r} needs a concurrency_key of its own: the workflow's name is too long.")
    return replace(shape, nodes=specs)
