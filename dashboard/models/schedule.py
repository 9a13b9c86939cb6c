"""Schedules: when a cohort's links and repositories are looked at again, and what each look found changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, Moment, UtcTime


class Schedule(Base):
    """How often a cohort is rechecked: every so many `days`, or every month where there are none, counted from
    `starts_at`. `due_at` is the next time, NULL while people have it paused."""

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("cohort_id"), Index("ix_schedule_due", "due_at"), TABLE)

    id: Mapped[Key]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    days: Mapped[int | None]
    starts_at: Mapped[Moment]
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]


class Recheck(Base):
    """One round of runs that look again, and whose bulk action starts them: none where there was nothing to look at.

    `papers` is how many papers the cohort had; `ended_at` is NULL while runs of it are still to be compared.
    """

    __tablename__ = "recheck"
    __table_args__ = (
        Index("ix_recheck_cohort", "cohort_id", "id"),
        Index("ix_recheck_ended", "ended_at"),
        TABLE,
    )

    id: Mapped[Key]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    bulk_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_action.id"))
    papers: Mapped[int]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RecheckedRun(Base):
    """A run of a round that has ended and was compared with the run before it; `changes` counts what differed."""

    __tablename__ = "rechecked_run"
    __table_args__ = TABLE

    recheck_id: Mapped[int] = mapped_column(BigInt, ForeignKey("recheck.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(BigInt, primary_key=True)  # no foreign key: see BulkItem
    before_run_id: Mapped[int] = mapped_column(BigInt)
    changes: Mapped[int]


class RecheckChange(Base):
    """One thing that such a run found changed: `subject` is the link, the repository or the criterion."""

    __tablename__ = "recheck_change"
    __table_args__ = (Index("ix_recheck_change_kind", "recheck_id", "kind", "id"), TABLE)

    id: Mapped[Key]
    recheck_id: Mapped[int] = mapped_column(BigInt, ForeignKey("recheck.id"))
    run_id: Mapped[int] = mapped_column(BigInt)
    before_run_id: Mapped[int] = mapped_column(BigInt)
    paper_id: Mapped[int] = mapped_column(BigInt)
    kind: Mapped[Code]
    subject: Mapped[str] = mapped_column(String(500))
    was: Mapped[str] = mapped_column(String(500))
    became: Mapped[str] = mapped_column(String(500))
