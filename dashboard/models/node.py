"""Nodes of a run and the edges between them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, UtcTime


class WorkflowNode(Base):
    """One node of one run: the row that is claimed.

    `attempt` grows with each claim and never shrinks; `generation` with each retry by a person; `failures` and
    `crashes` count within a generation. `committed_attempt` is the attempt whose output and artifacts readers see.
    `concurrency_key` names the gate it must pass to run; `at_gate` repeats it while the node runs or waits there, so
    that the index over it holds nothing else. `hold_reason` is why a person must release it before it may run.
    """

    __tablename__ = "workflow_node"
    __table_args__ = (
        UniqueConstraint("run_id", "node_id"),
        Index("ix_node_claim", "queue", "status", "priority", "available_at", "id"),
        Index("ix_node_lease", "status", "claim_expires_at"),
        Index("ix_node_run", "run_id", "status", "attempt"),
        Index("ix_node_gate", "at_gate"),
        TABLE,
    )

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    node_id: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]
    handler: Mapped[str] = mapped_column(String(100))
    type: Mapped[Code]
    queue: Mapped[Code]
    priority: Mapped[int] = mapped_column(default=100)
    max_attempts: Mapped[int] = mapped_column(default=3)
    timeout_seconds: Mapped[int] = mapped_column(default=900)
    status: Mapped[Code]
    attempt: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    committed_attempt: Mapped[int | None]
    claim_token: Mapped[str | None] = mapped_column(String(32))
    claimed_by: Mapped[str | None] = mapped_column(String(200))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    claim_expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    deadline_at: Mapped[datetime | None] = mapped_column(UtcTime)
    available_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    wait_reason: Mapped[str | None] = mapped_column(String(300))
    hold_reason: Mapped[str | None] = mapped_column(String(300))
    concurrency_key: Mapped[str | None] = mapped_column(String(200))
    at_gate: Mapped[str | None] = mapped_column(String(200))
    successor: Mapped[str | None] = mapped_column(String(100))
    reuses: Mapped[bool] = mapped_column(default=False, server_default=false())


class WorkflowEdge(Base):
    """`child_id` waits for `parent_id`. Rows, so that readiness is one query and SQL can check the invariants."""

    __tablename__ = "workflow_edge"
    __table_args__ = TABLE

    child_id: Mapped[int] = mapped_column(BigInt, ForeignKey("workflow_node.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(BigInt, ForeignKey("workflow_node.id"), primary_key=True, index=True)
    run_id: Mapped[int] = mapped_column(BigInt, index=True)
