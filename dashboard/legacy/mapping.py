"""The mapping file: which column of a row of the other system holds what. Pure, but for reading the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from jsonschema import Draft202012Validator

from dashboard.engine import dag
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.states import RunStatus
from dashboard.reads.provenance import BEARING

COLUMN = {"type": "string", "minLength": 1}
WORDS = {"type": "array", "items": {"type": ["string", "integer", "boolean"]}}
FILE = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "maxLength": 200, "minLength": 1}, "path": COLUMN, "text": COLUMN},
    "oneOf": [{"required": ["path"]}, {"required": ["text"]}],
    "additionalProperties": False,
}
NODE_COLUMNS = ("output", "error", "log", "started", "finished")
NODE = {
    "type": "object",
    "required": ["id", "output"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 100},
        "after": {"type": "array", "items": {"type": "string"}},
        "files": {"type": "array", "items": FILE},
        **dict.fromkeys(NODE_COLUMNS, COLUMN),
    },
    "additionalProperties": False,
}
PAPER = {
    "type": "object",
    "minProperties": 1,
    "properties": dict.fromkeys(("key", "pdf", "sha256", "title"), COLUMN),
    "additionalProperties": False,
}
STATUS = {
    "type": "object",
    "required": ["column", "succeeded"],
    "properties": {"column": COLUMN, "succeeded": WORDS, "failed": WORDS, "cancelled": WORDS},
    "additionalProperties": False,
}
RUN_COLUMNS = ("created", "started", "finished", "started_by", "error")
SCHEMA = Draft202012Validator({
    "type": "object",
    "required": ["source", "workflow", "key", "paper", "status", "finished", "nodes"],
    "properties": {
        "source": {"type": "string", "minLength": 1, "maxLength": 200},
        "workflow": {"type": "string", "minLength": 1, "maxLength": 200},
        "key": COLUMN, "timezone": {"type": "string"}, "paper": PAPER, "status": STATUS,
        "nodes": {"type": "array", "items": NODE, "minItems": 1},
        **dict.fromkeys(RUN_COLUMNS, COLUMN),
    },
    "additionalProperties": False,
})  # fmt: skip


@dataclass(frozen=True)
class FileColumn:
    """A file of a node: its path, or its text itself, stands in that column."""

    name: str
    path: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class NodeColumns:
    """A node, and the columns that tell of it."""

    id: str
    output: str
    after: tuple[str, ...] = ()
    error: str | None = None
    log: str | None = None
    started: str | None = None
    finished: str | None = None
    files: tuple[FileColumn, ...] = ()


@dataclass(frozen=True)
class PaperColumns:
    """The columns that tell which paper it was: its key there, the PDF's path and hash, its title."""

    key: str | None = None
    pdf: str | None = None
    sha256: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Mapping:
    """All of the file. `statuses` says how a run ended by the words of the column `status`, in lower case."""

    source: str
    workflow: str
    key: str
    zone: ZoneInfo
    paper: PaperColumns
    status: str
    statuses: dict[str, RunStatus]
    finished: str
    nodes: tuple[NodeColumns, ...]
    created: str | None = None
    started: str | None = None
    started_by: str | None = None
    error: str | None = None

    @property
    def shape(self) -> dict[str, Any]:
        """The workflow that the other system ran, as `engine.dag` takes it."""
        nodes = [
            {"id": one.id, "handler": dag.IMPORTED, "queue": dag.IMPORTED, "max_attempts": 1} for one in self.nodes
        ]
        return {"nodes": nodes, "edges": [[parent, one.id] for one in self.nodes for parent in one.after]}


def load(path: Path) -> Mapping:
    """Read a mapping; InvalidInputError names every field that is wrong, and how."""
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path.name} is not YAML: {error}") from None
    return parse(raw)


def parse(raw: Any) -> Mapping:
    """Check what was read from a file."""
    problems = sorted(SCHEMA.iter_errors(raw), key=lambda problem: list(map(str, problem.path)))
    if problems:
        told = (f"{'.'.join(map(str, one.path)) or 'The mapping'}: {one.message}." for one in problems)
        raise InvalidInputError(*told)
    mapping = Mapping(
        zone=_zone(raw.get("timezone", "UTC")),
        paper=PaperColumns(**raw["paper"]),
        status=raw["status"]["column"],
        statuses=_statuses(raw["status"]),
        nodes=_nodes(raw["nodes"]),
        **{name: raw[name] for name in ("source", "workflow", "key", *RUN_COLUMNS) if name in raw},
    )
    dag.parse(mapping.shape)
    return mapping


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInputError(f"timezone: {name!r} is no time zone, such as UTC or Europe/Rome.") from None


def _statuses(raw: dict[str, Any]) -> dict[str, RunStatus]:
    ends = {"succeeded": RunStatus.SUCCEEDED, "failed": RunStatus.FAILED, "cancelled": RunStatus.CANCELLED}
    return {str(word).lower(): end for name, end in ends.items() for word in raw.get(name, ())}


def _nodes(raw: list[dict[str, Any]]) -> tuple[NodeColumns, ...]:
    """A node that does not say what it comes after comes after the one above it."""
    found: list[NodeColumns] = []
    for one in raw:
        if one["id"] in BEARING:
            raise InvalidInputError(
                f"nodes: what {one['id']!r} leaves is read as this version writes it: call it old_{one['id']}."
            )
        after = one.get("after", [found[-1].id] if found else [])
        if strange := set(after) - {before.id for before in found}:
            raise InvalidInputError(f"nodes: {one['id']!r} comes after {min(strange)!r}, which is no node above it.")
        files = tuple(FileColumn(**file) for file in one.get("files", ()))
        found.append(NodeColumns(**{**one, "after": tuple(after), "files": files}))
    return tuple(found)
