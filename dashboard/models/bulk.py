"""Bulk actions: one act on many runs, carried out run by run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, Moment, UtcTime


class BulkAction(Base):
    """What a person asked to be done to `total` runs. `chosen` is the filter they were found by; empty when ticked."""

    __tablename__ = "bulk_action"
    __table_args__ = (Index("ix_bulk_team", "team_id", "id"), TABLE)

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    verb: Mapped[Code]
    chosen: Mapped[dict[str, Any]] = mapped_column(JSON)
    total: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]


class BulkItem(Base):
    """One of its runs. `message` says why it was refused; `new_run_id` is the run that a rerun started."""

    __tablename__ = "bulk_item"
    __table_args__ = (Index("ix_bulk_item_state", "state", "bulk_id", "run_id"), TABLE)

    bulk_id: Mapped[int] = mapped_column(BigInt, ForeignKey("bulk_action.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(BigInt, primary_key=True)  # no foreign key: 10,000 would lock as many runs
    state: Mapped[Code]
    message: Mapped[str | None] = mapped_column(String(500))
    new_run_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("workflow_run.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
