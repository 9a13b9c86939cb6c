"""Cohorts: papers looked at together, such as those of a venue."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Key, Moment


class Cohort(Base):
    """A named group of a team's papers."""

    __tablename__ = "cohort"
    __table_args__ = (UniqueConstraint("team_id", "name"), TABLE)

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(2000))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]


class CohortPaper(Base):
    """A paper in a cohort."""

    __tablename__ = "cohort_paper"
    __table_args__ = TABLE

    cohort_id: Mapped[int] = mapped_column(BigInt, ForeignKey("cohort.id"), primary_key=True)
    paper_id: Mapped[int] = mapped_column(BigInt, ForeignKey("paper.id"), primary_key=True, index=True)
    added_at: Mapped[Moment]
