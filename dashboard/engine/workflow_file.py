"""Workflows as people write them, in YAML, JSON or Python, refused with line and key of each fault. Pure."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path as File
from typing import Any

import yaml

from dashboard.engine import dag, inputs, lined_yaml
from dashboard.engine.dag import NodeSpec
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.handler_names import advice
from dashboard.engine.inputs import Path
from dashboard.engine.lined_yaml import Lined
from dashboard.engine.proposals import Proposal, propose
from dashboard.models import WorkflowDefinition

MOST_FAULTS = 20
SCHEMA = json.loads(File(__file__).with_name("workflow.schema.json").read_text("utf-8"))
NO_SCHEMA = {"type": "object"}
NO_FIELD = "there is no such field"

Fault = tuple[Path, str]


class _Plain(yaml.SafeDumper):
    """Says a thing twice rather than by a reference, which nobody reads."""

    def ignore_aliases(self, _value: Any) -> bool:
        return True


def read(text: str, known: Collection[str] | None = None) -> dict[str, Any]:
    """The record in a file; InvalidInputError names line and key of each fault. `known`: the handlers there are."""
    return _checked(lined_yaml.load(text), known)


def checked(record: Any, known: Collection[str] | None = None) -> dict[str, Any]:
    """The same for a record that a function made: it has no lines."""
    return _checked(Lined(record, {}), known)


def proposal(record: Mapping[str, Any], name: str = "") -> Proposal:
    """The workflow of a record, under another name than its own where one is given."""
    return propose(
        name or record.get("name", ""),
        {"nodes": record["nodes"], "edges": record.get("edges", [])},
        record.get("description") or "",
        record.get("input_schema"),
    )


def written(version: WorkflowDefinition) -> str:
    """That version as a file to change: of each node what differs from what would be so anyway."""
    nodes = [_said(spec, version.name) for spec in dag.from_record(version.dag).nodes]
    record = {"name": version.name, "description": version.description, "input_schema": version.input_schema,
              "nodes": nodes, "edges": version.dag["edges"]}  # fmt: skip
    said = {name: value for name, value in record.items() if value and value != NO_SCHEMA}
    return yaml.dump(said, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=116, default_flow_style=None)


def _said(spec: NodeSpec, workflow: str) -> dict[str, Any]:
    usual = vars(NodeSpec(spec.id, spec.id)) | {"id": None}
    own_key = spec.concurrency_key == f"{workflow}/{spec.id}"
    return {name: value for name, value in vars(spec).items()
            if value != usual[name] and not (name == "concurrency_key" and own_key)}  # fmt: skip


def _checked(given: Lined, known: Collection[str] | None) -> dict[str, Any]:
    try:
        record = json.loads(json.dumps(given.value, allow_nan=False, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"The workflow holds what JSON cannot say: {error}.") from error
    found = [*given.faults] or inputs.faults(SCHEMA, record) or [*_loose_ends(record, known)]
    if found:
        found.sort(key=lambda fault: _line(fault[0], given.lines))
        raise InvalidInputError(*(_sentence(*fault, given.lines) for fault in found[:MOST_FAULTS]))
    whole: dict[str, Any] = record
    return whole


def _loose_ends(record: Mapping[str, Any], known: Collection[str] | None) -> Iterator[Fault]:
    """What no schema can say: ids that are there twice, edges to nothing, handlers that nobody has."""
    ids: set[str] = set()
    for number, node in enumerate(record["nodes"]):
        if node["id"] in ids:
            yield ("nodes", number, "id"), f"another node has the id {node['id']!r}."
        ids.add(node["id"])
        handler = node.get("handler") or node["id"]
        if known is not None and handler not in known:
            key = "handler" if node.get("handler") else "id"
            yield (
                ("nodes", number, key),
                f"there is no handler {handler!r} for {node['id']!r}. {advice(handler, known)}",
            )
    for number, edge in enumerate(record.get("edges", [])):
        for end in (edge["from"], edge["to"]) if isinstance(edge, dict) else edge:
            if end not in ids:
                yield ("edges", number), f"{end!r} is no node. {_meant(end, ids)}".rstrip()


def _sentence(path: Path, complaint: str, lines: Mapping[Path, int]) -> str:
    if complaint == NO_FIELD:
        complaint = f"{complaint}. {_meant(str(path[-1]), _keys_at(path))}".rstrip()
    whole = complaint if complaint.endswith((".", "?")) else f"{complaint}."
    where = inputs.field(path) if path else "the workflow"
    line = _line(path, lines)
    return f"Line {line}, {where}: {whole}" if line else f"{where}: {whole}"


def _line(path: Path, lines: Mapping[Path, int]) -> int:
    """Where the part begins, or what holds it; 0 where there are no lines."""
    found = (lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines)
    return next(found, 1 if lines else 0)


def _keys_at(path: Path) -> Collection[str]:
    schema = SCHEMA["$defs"]["node"] if len(path) > 1 and path[0] == "nodes" else SCHEMA
    return list(schema["properties"])


def _meant(word: str, words: Collection[str]) -> str:
    alike = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return f"Did you mean {alike[0]}?" if alike else ""
