"""A row of the other system as the run it was. Pure: what does not fit is said, nothing is guessed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.legacy import cells
from dashboard.legacy.cells import NotFittingError
from dashboard.legacy.mapping import Mapping, NodeColumns
from dashboard.legacy.source import Row

LONGEST_KEY = 200
RAISED = re.compile(r"([A-Za-z_][\w.]*(?:Error|Exception|Warning|Timeout)): (.*)", re.DOTALL)


class NotFinishedError(Exception):
    """A row's run goes on in the other system: a later import brings it."""


@dataclass(frozen=True)
class ReadNode:
    """A node as its row tells it. `files` are (name, path, text), of which one is given."""

    id: str
    status: NodeStatus
    output: dict[str, Any] | None
    error: str
    lines: tuple[str, ...]
    started_at: datetime | None
    finished_at: datetime
    files: tuple[tuple[str, str | None, str | None], ...]

    @property
    def raised(self) -> tuple[str, str]:
        """The error's type, where it is told, and its message: the last line of a traceback."""
        last = self.error.rstrip().splitlines()[-1] if self.error.startswith("Traceback") else self.error
        match = RAISED.fullmatch(last)
        return (match[1], match[2]) if match else ("", last)


@dataclass(frozen=True)
class ReadPaper:
    """What a row tells of its paper."""

    key: str | None
    pdf: str | None
    sha256: str | None
    title: str | None


@dataclass(frozen=True)
class ReadRow:
    """A row, read whole."""

    key: str
    status: RunStatus
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime
    started_by: str | None
    paper: ReadPaper
    nodes: tuple[ReadNode, ...]

    @property
    def digest(self) -> str:
        """Stands for all that would be imported: another one later means that the row has changed."""
        raw = json.dumps(asdict(self), sort_keys=True, default=str, ensure_ascii=True)
        return hashlib.sha256(raw.encode()).hexdigest()


def key_of(row: Row, mapping: Mapping) -> str:
    """The row's key; NotFittingError where it has none."""
    key = cells.text(row, mapping.key)
    if key is None or len(key) > LONGEST_KEY:
        raise NotFittingError(f"{mapping.key} is empty, or longer than {LONGEST_KEY} letters.")
    return key


def read(row: Row, mapping: Mapping) -> ReadRow:
    """The run a row was; NotFittingError or NotFinishedError where it is none that can be imported."""
    status = _status(row, mapping)
    finished = cells.moment(row, mapping.finished, mapping.zone)
    if finished is None:
        raise NotFittingError(f"{mapping.finished}, when it ended, is empty.")
    started = cells.moment(row, mapping.started, mapping.zone)
    created = cells.moment(row, mapping.created, mapping.zone) or started or finished
    if max(created, started or created) > finished:
        raise NotFittingError("It ended before it began.")
    return ReadRow(
        key=key_of(row, mapping),
        status=status,
        created_at=created,
        started_at=started,
        finished_at=finished,
        started_by=cells.text(row, mapping.started_by),
        paper=ReadPaper(**{name: cells.text(row, column) for name, column in vars(mapping.paper).items()}),
        nodes=tuple(_nodes(row, mapping, status, started, finished)),
    )


def _status(row: Row, mapping: Mapping) -> RunStatus:
    word = cells.text(row, mapping.status)
    if word is None or word.lower() not in mapping.statuses:
        raise NotFinishedError(f"{mapping.status} is {word or 'empty'}")
    return mapping.statuses[word.lower()]


def _nodes(
    row: Row, mapping: Mapping, status: RunStatus, started: datetime | None, finished: datetime
) -> Iterable[ReadNode]:
    """Parents first. A node's own times are only those the row tells: of a single node, the run's."""
    stands: dict[str, NodeStatus] = {}
    alone = len(mapping.nodes) == 1
    for one in mapping.nodes:
        output, error = cells.value(row, one.output), cells.text(row, one.error)
        if status == RunStatus.FAILED and error is None and output is None and not _has_broken(stands.values()):
            error = cells.text(row, mapping.error) or "The other system did not say why."
        stands[one.id] = _standing(one, stands, output, error, status)
        succeeded, failed = stands[one.id] == NodeStatus.SUCCEEDED, stands[one.id] == NodeStatus.FAILED
        yield ReadNode(
            id=one.id,
            status=stands[one.id],
            output=_output(one.id, output) if succeeded else None,
            error=error or "" if failed else "",
            lines=cells.lines(row, one.log) if succeeded or failed else (),
            started_at=cells.moment(row, one.started, mapping.zone) or (started if alone else None),
            finished_at=cells.moment(row, one.finished, mapping.zone) or finished,
            files=tuple(_files(row, one)) if succeeded else (),
        )
    if status == RunStatus.FAILED and not _has_broken(stands.values()):
        raise NotFittingError("It failed, but every node left a result: map the failed node's `error`.")


def _has_broken(statuses: Iterable[NodeStatus]) -> bool:
    return NodeStatus.FAILED in statuses


def _standing(
    one: NodeColumns, stands: dict[str, NodeStatus], output: Any, error: str | None, run: RunStatus
) -> NodeStatus:
    """Where a node stands, by what it left and where those before it stand."""
    if any(stands[parent] in (NodeStatus.FAILED, NodeStatus.UPSTREAM_FAILED) for parent in one.after):
        if output is not None:
            raise NotFittingError(f"{one.id} left a result although a node before it failed: see `after`.")
        return NodeStatus.UPSTREAM_FAILED
    if error is not None:
        if run == RunStatus.SUCCEEDED:
            raise NotFittingError(f"It succeeded, but {one.id} has an error.")
        return NodeStatus.FAILED if run == RunStatus.FAILED else NodeStatus.CANCELLED
    if output is not None:
        return NodeStatus.SUCCEEDED
    return NodeStatus.CANCELLED if run == RunStatus.CANCELLED else NodeStatus.SKIPPED


def _output(node_id: str, found: Any) -> dict[str, Any]:
    """What a node hands on is an object here; anything else is its `value`."""
    try:
        plain = json.loads(cells.clean(json.dumps(found, default=str, allow_nan=False, ensure_ascii=False)))
    except ValueError as error:
        raise NotFittingError(f"The result of {node_id} is no JSON: {error}.") from None
    return plain if isinstance(plain, dict) else {"value": plain}


def _files(row: Row, one: NodeColumns) -> Iterable[tuple[str, str | None, str | None]]:
    for file in one.files:
        path, text = cells.text(row, file.path), cells.text(row, file.text)
        if path or text:
            yield file.name, path, text
