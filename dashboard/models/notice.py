"""Notices: what people want to hear of, written down with the outcome itself and told afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, Moment, UtcTime


class Notice(Base):
    """Something that happened. `user_id` is whose it is; `spread_at` when it was made into letters and calls.

    What has a `key` is told once under it. A notice of a run leaves `title` and `path` empty: the run says both. No
    foreign keys: a run ends in the transaction that writes this, and must wait for no other row.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_spread", "spread_at", "id"), Index("ix_notice_team", "team_id", "at"), TABLE)

    id: Mapped[Key]
    event: Mapped[Code]
    team_id: Mapped[int] = mapped_column(BigInt)
    user_id: Mapped[int | None] = mapped_column(BigInt)
    run_id: Mapped[int | None] = mapped_column(BigInt)
    key: Mapped[Code | None] = mapped_column(unique=True)
    title: Mapped[str | None] = mapped_column(String(300))
    path: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[Moment]
    spread_at: Mapped[datetime | None] = mapped_column(UtcTime)


class NoticePreference(Base):
    """How a person wants to hear of an event, by each channel: none, mine or all."""

    __tablename__ = "notice_preference"
    __table_args__ = TABLE

    user_id: Mapped[int] = mapped_column(BigInt, ForeignKey("user_account.id"), primary_key=True)
    event: Mapped[Code] = mapped_column(primary_key=True)
    email: Mapped[Code]
    browser: Mapped[Code]


class Awaited(Base):
    """A bulk action, or the runs a person started on a cohort, whose end is told as one.

    Its runs are those of the bulk action's items, or those of the cohort's papers begun after `after_run`.
    """

    __tablename__ = "awaited"
    __table_args__ = (Index("ix_awaited_told", "told_at", "id"), TABLE)

    id: Mapped[Key]
    kind: Mapped[Code]
    object_id: Mapped[int] = mapped_column(BigInt)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    after_run: Mapped[int] = mapped_column(BigInt)
    created_at: Mapped[Moment]
    told_at: Mapped[datetime | None] = mapped_column(UtcTime)
