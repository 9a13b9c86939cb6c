"""The nodes of two runs side by side: state, time, output; and what each run's report says of where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from dashboard.engine import artifacts
from dashboard.engine.errors import NotFoundError
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, WorkflowNode
from dashboard.reads.outputs import Differences, differences

REPORT = "report.json"


@dataclass(frozen=True)
class NodeSide:
    """A node in one run: how it fared and what it handed on."""

    status: str
    started_at: datetime | None
    finished_at: datetime | None
    output: Mapping[str, Any] | None

    @property
    def lasted(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None


@dataclass(frozen=True)
class NodeRow:
    """A node in both runs; None where a run has no such node."""

    node_id: str
    before: NodeSide | None
    after: NodeSide | None
    output: Differences

    @property
    def is_comparable(self) -> bool:
        """Whether both runs have an output of it."""
        return all(side is not None and side.output is not None for side in (self.before, self.after))


def of_runs(*run_ids: int) -> dict[int, dict[str, NodeSide]]:
    """The nodes of each run in their order, with the output that was committed; one query."""
    committed = (NodeAttempt.node_id == WorkflowNode.id) & (NodeAttempt.attempt == WorkflowNode.committed_attempt)
    committed_sides = db.session.execute(
        select(WorkflowNode.run_id, WorkflowNode.node_id, WorkflowNode.status,
               NodeAttempt.started_at, NodeAttempt.finished_at, NodeAttempt.output)
        .outerjoin(NodeAttempt, committed)
        .where(WorkflowNode.run_id.in_(run_ids))
        .order_by(WorkflowNode.position)
    )  # fmt: skip
    found: dict[int, dict[str, NodeSide]] = {run_id: {} for run_id in run_ids}
    for run_id, node_id, *side in committed_sides:
        found[run_id][node_id] = NodeSide(*side)
    return found


def rows(before: Mapping[str, NodeSide], after: Mapping[str, NodeSide]) -> Iterator[NodeRow]:
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        outputs = [side.output if side else None for side in (was, now)]
        yield NodeRow(name, was, now, Differences() if None in outputs else differences(*outputs))


def reports(*run_ids: int) -> dict[int, Mapping[str, Any]]:
    """What each run's report says of where it comes from; one query, and a file each."""
    written = db.session.execute(
        select(NodeArtifact.run_id, NodeArtifact.sha256)
        .join(WorkflowNode, WorkflowNode.id == NodeArtifact.node_id)
        .where(NodeArtifact.run_id.in_(run_ids), NodeArtifact.name == REPORT)
        .where(NodeArtifact.attempt == WorkflowNode.committed_attempt)
    )
    return {row.run_id: _told_by(row.sha256) for row in written}


def _told_by(sha256: str) -> Mapping[str, Any]:
    """The report's `provenance`; nothing where the file is gone, or is no report of ours."""
    try:
        report = json.loads(artifacts.path_of(sha256).read_bytes())
    except (NotFoundError, ValueError):
        return {}
    told = report.get("provenance") if isinstance(report, dict) else None
    return told if isinstance(told, dict) else {}
