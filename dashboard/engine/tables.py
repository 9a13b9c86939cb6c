"""The tables as Core sees them, for the engine's statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sqlalchemy import ColumnElement, Integer, String, Table, literal_column

from dashboard.models import (
    ConcurrencyGate,
    ModelCall,
    NodeArtifact,
    NodeAttempt,
    NodeLog,
    NodeQuestion,
    WorkflowEdge,
    WorkflowNode,
    WorkflowRun,
)

run = cast(Table, WorkflowRun.__table__)
node = cast(Table, WorkflowNode.__table__)
edge = cast(Table, WorkflowEdge.__table__)
attempt = cast(Table, NodeAttempt.__table__)
artifact = cast(Table, NodeArtifact.__table__)
log = cast(Table, NodeLog.__table__)
model_call = cast(Table, ModelCall.__table__)
question = cast(Table, NodeQuestion.__table__)
gate = cast(Table, ConcurrencyGate.__table__)

ZERO, ONE = literal_column("0", Integer), literal_column("1", Integer)


def word(status: str) -> ColumnElement[str]:
    """A status as part of the SQL text: it is the same each time, and need not be bound each time."""
    return literal_column(f"'{status}'", String)


def words(statuses: Iterable[str]) -> list[ColumnElement[str]]:
    """Several of them, always in the same order."""
    return [word(status) for status in sorted(statuses)]
