"""Attempts: what became of each claim of a node."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Ascii, BigInt, Code, Key, LongText, Moment, UtcTime, Words


class NodeAttempt(Base):
    """One finished attempt. Outcome: succeeded, failed, crashed, given_back, cancelled or revoked.

    Written once, when the attempt ends; an attempt under way shows on the node's own row. `handler_version` is that of
    the code that succeeded. `input_hash` stands for all a reusing node could see; `reused_from` is the attempt whose
    output it took instead of running.
    """

    __tablename__ = "node_attempt"
    __table_args__ = (UniqueConstraint("node_id", "attempt"), Index("ix_attempt_reused_from", "reused_from"), TABLE)

    id: Mapped[Key]
    node_id: Mapped[int] = mapped_column(ForeignKey("workflow_node.id"))
    attempt: Mapped[int]
    generation: Mapped[int]
    outcome: Mapped[Code]
    worker: Mapped[str] = mapped_column(String(200))
    handler_version: Mapped[str | None] = mapped_column(String(50))
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[Moment]
    output: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error_type: Mapped[str | None] = mapped_column(String(200))
    error_message: Mapped[Words | None]
    error_frame: Mapped[str | None] = mapped_column(String(500))
    traceback: Mapped[str | None] = mapped_column(LongText)
    input_hash: Mapped[str | None] = mapped_column(Ascii, index=True)
    reused_from: Mapped[int | None] = mapped_column(BigInt)
