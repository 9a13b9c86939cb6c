"""Why nodes broke: the error of the last attempt, from queries that join it to nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_

from dashboard.engine.states import NodeStatus
from dashboard.models import NodeAttempt, WorkflowNode

VARIABLE = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{12,}\b|\d+|'[^']*'|\"[^\"]*\"", re.IGNORECASE)
NODE = (
    WorkflowNode.run_id, WorkflowNode.id, WorkflowNode.node_id, WorkflowNode.status, WorkflowNode.attempt,
    WorkflowNode.max_attempts, WorkflowNode.failures, WorkflowNode.crashes,
)  # fmt: skip
COLUMNS = (NodeAttempt.error_type, NodeAttempt.error_message, NodeAttempt.error_frame)
IS_LAST = and_(NodeAttempt.node_id == WorkflowNode.id, NodeAttempt.attempt == WorkflowNode.attempt)


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
    crashes: int
    type: str
    message: str
    frame: str

    @property
    def line(self) -> str:
        """The exception as Python prints it, first line only."""
        first = next(iter(self.message.splitlines()), "")
        return f"{self.type}: {first}" if self.type and first else self.type or first or "no error was recorded"

    @property
    def tries(self) -> str:
        """How often it was tried, and why that was enough."""
        if self.status == NodeStatus.POISONED:
            return f"attempt {self.attempt}, its worker died {self.crashes} times"
        if self.failures < self.max_attempts:
            return f"attempt {self.attempt}, failed at once: will not be tried again"
        return f"attempt {self.attempt}, {self.failures} of {self.max_attempts} failures"

    @property
    def likeness(self) -> tuple[str, str, str]:
        """Equal for errors that differ only in numbers, hashes and quoted names."""
        return self.node_id, self.type, VARIABLE.sub("·", self.line)


def broken(row: Any) -> Broken:
    """A broken node of a row that holds `NODE` and `COLUMNS`."""
    return Broken(
        run_id=row.run_id,
        row_id=row.id,
        node_id=row.node_id,
        status=row.status,
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        failures=row.failures,
        crashes=row.crashes,
        type=row.error_type or "",
        message=row.error_message or "",
        frame=row.error_frame or "",
    )
