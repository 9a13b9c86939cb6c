"""Saved views: filters of the list of runs that a team has named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Key, Moment


class SavedView(Base):
    """A named filter, for everybody in the team; `parts` are those of the address that shows it."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("team_id", "name"), TABLE)

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(String(100))
    parts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]
