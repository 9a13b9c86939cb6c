"""The tables as Core sees them, for the engine's statements."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table

from dashboard.models import (
    ConcurrencyGate,
    NodeArtifact,
    NodeAttempt,
    NodeLog,
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
gate = cast(Table, ConcurrencyGate.__table__)
