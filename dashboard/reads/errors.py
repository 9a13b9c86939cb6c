"""Why nodes broke: the last attempt's error of each broken node."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select

from dashboard.engine.states import NODE_BROKEN
from dashboard.extensions import db
from dashboard.models import NodeAttempt, WorkflowNode

VARIABLE = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{12,}\b|\d+|'[^']*'|\"[^\"]*\"", re.IGNORECASE)


@dataclass(frozen=True)
class Broken:
    """A node that failed for good, and the error of its last attempt."""

    run_id: int
    row_id: int
    node_id: str
    status: str
    attempt: int
    max_attempts: int
    failures: int
    type: str
    message: str
    frame: str

    @property
    def line(self) -> str:
        """The exception as Python prints it, first line only."""
        first = next(iter(self.message.splitlines()), "")
        return f"{self.type}: {first}" if self.type and first else self.type or first or "no error was recorded"

    @property
    def likeness(self) -> tuple[str, str, str]:
        """Equal for errors that differ only in numbers, hashes and quoted names."""
        return self.node_id, self.type, VARIABLE.sub("·", self.line)


def of_runs(run_ids: Collection[int]) -> dict[int, list[Broken]]:
    """The broken nodes of those runs by run, in the workflow's order; one query."""
    if not run_ids:
        return {}
    rows = db.session.execute(
        select(WorkflowNode, NodeAttempt.error_type, NodeAttempt.error_message, NodeAttempt.error_frame)
        .outerjoin(
            NodeAttempt,
            and_(NodeAttempt.node_id == WorkflowNode.id, NodeAttempt.attempt == WorkflowNode.attempt),
        )
        .where(WorkflowNode.run_id.in_(run_ids), WorkflowNode.status.in_(sorted(NODE_BROKEN)))
        .order_by(WorkflowNode.run_id, WorkflowNode.position)
    )
    found: dict[int, list[Broken]] = {}
    for node, kind, message, frame in rows:
        found.setdefault(node.run_id, []).append(_broken(node, kind, message, frame))
    return found


def _broken(node: WorkflowNode, kind: str | None, message: str | None, frame: str | None) -> Broken:
    return Broken(
        run_id=node.run_id,
        row_id=node.id,
        node_id=node.node_id,
        status=node.status,
        attempt=node.attempt,
        max_attempts=node.max_attempts,
        failures=node.failures,
        type=kind or "",
        message=message or "",
        frame=frame or "",
    )
