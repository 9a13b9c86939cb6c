"""Rubrics a team has edited, and runs scored again by another rubric than theirs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Json, Key, LongText, Moment


class TeamRubric(Base):
    """A team's own rubric at a version, as YAML. A saved version never changes; a change is the next version."""

    __tablename__ = "team_rubric"
    __table_args__ = (UniqueConstraint("team_id", "name", "version"), TABLE)

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    name: Mapped[Code]
    version: Mapped[int]
    body: Mapped[str] = mapped_column(LongText)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]


class Rescore(Base):
    """A run's answers under a rubric it was not started with: `{criterion: answer}`, from the evidence it stored."""

    __tablename__ = "rescore"
    __table_args__ = (UniqueConstraint("run_id", "rubric", "version"), TABLE)

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    rubric: Mapped[Code]
    version: Mapped[Code]
    answers: Mapped[Json]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]
