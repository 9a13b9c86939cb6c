"""Runs that ran in another system, and which of its rows each was made from."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Key, Moment, Name


class ImportedRun(Base):
    """A row of another system that became a run: the system's name, the row's key there, what was read as a hash."""

    __tablename__ = "imported_run"
    __table_args__ = (UniqueConstraint("team_id", "source", "row_key"), TABLE)

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    source: Mapped[Name]
    row_key: Mapped[str] = mapped_column(String(200))
    digest: Mapped[Code]
    paper_key: Mapped[str | None] = mapped_column(String(200))
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"), index=True)
    imported_at: Mapped[Moment]
