"""Questions: what a running node asked a person, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Key, Moment, UtcTime, Words


class NodeQuestion(Base):
    """A question of one generation of a node; `key` is the handler's own name for it. No choices: any words will do."""

    __tablename__ = "node_question"
    __table_args__ = (UniqueConstraint("node_id", "generation", "key"), TABLE)

    id: Mapped[Key]
    node_id: Mapped[int] = mapped_column(ForeignKey("workflow_node.id"))
    generation: Mapped[int]
    key: Mapped[str] = mapped_column(String(100))
    words: Mapped[Words]
    choices: Mapped[list[Any]] = mapped_column(JSON)
    asked_at: Mapped[Moment]
    answer: Mapped[Words | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
