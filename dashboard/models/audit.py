"""The audit trail: who did what to what, when and from where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Key, Moment, Name


class AuditEvent(Base):
    """One act of a person or of the engine. `action` names noun and verb: `run.start`, `user.sign_in`."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_team", "team_id", "id"),
        Index("ix_audit_user", "user_id", "id"),
        Index("ix_audit_object", "object_type", "object_id"),
        TABLE,
    )

    id: Mapped[Key]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[Name]
    object_type: Mapped[str] = mapped_column(String(50))
    object_id: Mapped[int | None] = mapped_column(BigInt)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    address: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[Moment]
