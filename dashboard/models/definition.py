"""Workflow definitions: DAGs as data, versioned, never changed once saved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Key, Moment, Name, Words


class WorkflowDefinition(Base):
    """One version of a workflow. `dag` is `{"nodes": [{id, handler, type, queue, ...}], "edges": [[from, to]]}`.

    A version below 1 ran in another system (`engine.importing`): it never becomes active.
    A draft has never been active: no run can be of it yet. `was_draft` stays true of what came as one.
    """

    __tablename__ = "workflow_definition"
    __table_args__ = (UniqueConstraint("name", "version"), TABLE)

    id: Mapped[Key]
    name: Mapped[Name]
    version: Mapped[int]
    description: Mapped[Words]
    dag: Mapped[dict[str, Any]] = mapped_column(JSON)
    input_schema: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_draft: Mapped[bool] = mapped_column(default=False, server_default=false())
    was_draft: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[Moment]

    @property
    def is_imported(self) -> bool:
        return self.version < 1
