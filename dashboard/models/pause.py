"""Workflows that are paused: a row for each, for as long as it lasts."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Moment


class WorkflowPause(Base):
    """No new run of the workflow of that name starts, whatever its version. The reason may be empty."""

    __tablename__ = "workflow_pause"
    __table_args__ = TABLE

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    paused_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    paused_at: Mapped[Moment]
