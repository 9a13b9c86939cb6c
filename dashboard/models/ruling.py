"""Rulings: what a person says of a criterion, beside what the checks said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Key, Moment, UtcTime, Words


class Ruling(Base):
    """One person's answer to one criterion of one paper, with the reason; it confirms or overrules `found`.

    `found` is what the checks answered then. A ruling on a criterion about the repository holds at `at_commit` only;
    one about the paper has none there and holds for every run of it. Withdrawn rulings stay, and count no more.
    """

    __tablename__ = "ruling"
    __table_args__ = (
        Index("ix_ruling_paper", "paper_id", "rubric", "criterion"),
        Index("ix_ruling_team", "team_id", "rubric", "criterion"),
        TABLE,
    )

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    rubric: Mapped[Code]
    criterion: Mapped[Code]
    at_commit: Mapped[Code]
    found: Mapped[Code]
    answer: Mapped[Code]
    reason: Mapped[Words]
    ruled_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)
