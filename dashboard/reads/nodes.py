"""A node's attempts, input, output and artifacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from dashboard.engine import progress
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, NodeQuestion, WorkflowNode, WorkflowRun

Record = Mapping[str, Any]
Joined = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class AttemptRow:
    """A finished attempt, without its output."""

    attempt: int
    generation: int
    outcome: str
    worker: str
    started_at: datetime | None
    finished_at: datetime
    error_type: str | None
    error_message: str | None
    error_frame: str | None
    traceback: str | None
    reused_from_run: int | None

    @property
    def lasted(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.started_at else None

    @property
    def line(self) -> str:
        first = next(iter((self.error_message or "").splitlines()), "")
        return f"{self.error_type}: {first}" if self.error_type else ""


@dataclass(frozen=True)
class Maker:
    """What is known of the attempt that left a file."""

    worker: str
    handler_version: str | None


_origin, _origin_node = aliased(NodeAttempt), aliased(WorkflowNode)
_ATTEMPT = (
    NodeAttempt.attempt, NodeAttempt.generation, NodeAttempt.outcome, NodeAttempt.worker, NodeAttempt.started_at,
    NodeAttempt.finished_at, NodeAttempt.error_type, NodeAttempt.error_message, NodeAttempt.error_frame,
    NodeAttempt.traceback, _origin_node.run_id.label("reused_from_run"),
)  # fmt: skip
_HAS_ASKED = (
    select(NodeQuestion.id)
    .where(NodeQuestion.node_id == WorkflowNode.id, NodeQuestion.generation == WorkflowNode.generation)
    .exists()
)


def surrounded(wanted: Joined, attempt: int | None) -> Joined:
    """A query of a run and its node, with what the node waits for, whether it asked anything, the run's version, and
    that attempt or else the last one."""
    chosen = NodeAttempt.attempt == (WorkflowNode.attempt if attempt is None else attempt)
    return _with_origin(
        wanted.add_columns(
            *progress.surroundings(), progress.version().label("version"), _HAS_ASKED.label("has_asked"), *_ATTEMPT
        ).outerjoin(NodeAttempt, and_(NodeAttempt.node_id == WorkflowNode.id, chosen))
    )


def chosen_of(row: Any) -> AttemptRow | None:
    """The attempt of a `surrounded` row; None where it has not ended, or never was."""
    return AttemptRow(*(getattr(row, column.key) for column in _ATTEMPT)) if row.outcome else None


def attempts(row_id: int) -> list[AttemptRow]:
    """Every finished attempt, newest first."""
    wanted = _with_origin(select(*_ATTEMPT)).where(NodeAttempt.node_id == row_id)
    return [AttemptRow(**row._mapping) for row in db.session.execute(wanted.order_by(NodeAttempt.attempt.desc()))]


def _with_origin(wanted: Joined) -> Joined:
    """The attempt whose output was taken instead of running, where it was."""
    return wanted.outerjoin(_origin, _origin.id == NodeAttempt.reused_from).outerjoin(
        _origin_node, _origin_node.id == _origin.node_id
    )


def maker(row_id: int, attempt: int) -> Maker | None:
    """Who carried out that attempt."""
    of_attempt = (NodeAttempt.node_id == row_id, NodeAttempt.attempt == attempt)
    row = db.session.execute(select(NodeAttempt.worker, NodeAttempt.handler_version).where(*of_attempt)).first()
    return Maker(*row) if row else None


def output(row_id: int, attempt: int | None) -> Record | None:
    """What that attempt handed on."""
    wanted = select(NodeAttempt.output).where(NodeAttempt.node_id == row_id, NodeAttempt.attempt == attempt)
    return db.session.scalar(wanted)


def artifacts(row_id: int, attempt: int | None) -> Sequence[NodeArtifact]:
    """The files that attempt left."""
    wanted = select(NodeArtifact).where(NodeArtifact.node_id == row_id, NodeArtifact.attempt == attempt)
    return db.session.scalars(wanted.order_by(NodeArtifact.name)).all()


def inputs(run: WorkflowRun, node: WorkflowNode) -> dict[str, Record | None]:
    """What the handler was given: the node's own configuration, the run's input, its parents' committed outputs."""
    specs = {spec["id"]: spec for spec in run.definition.dag["nodes"]}
    parents = [parent for parent, child in run.definition.dag["edges"] if child == node.node_id]
    handed = db.session.execute(
        select(WorkflowNode.node_id, NodeAttempt.output)
        .join(NodeAttempt, NodeAttempt.node_id == WorkflowNode.id)
        .where(WorkflowNode.run_id == run.id, WorkflowNode.node_id.in_(parents))
        .where(NodeAttempt.attempt == WorkflowNode.committed_attempt)
        .order_by(WorkflowNode.position)
    ).all()
    given: dict[str, Record | None] = {
        "configuration": specs.get(node.node_id, {}).get("config"),
        "run input": run.input,
    }
    return given | {f"from {parent}": value for parent, value in handed}


def of_run(run_id: int) -> list[tuple[str, NodeArtifact]]:
    """Every committed artifact of a run with the name of its node, in the workflow's order."""
    rows = db.session.execute(
        select(WorkflowNode.node_id, NodeArtifact)
        .join(NodeArtifact, NodeArtifact.node_id == WorkflowNode.id)
        .where(WorkflowNode.run_id == run_id, NodeArtifact.attempt == WorkflowNode.committed_attempt)
        .order_by(WorkflowNode.position, NodeArtifact.name)
    )
    return [(node_id, artifact) for node_id, artifact in rows]
