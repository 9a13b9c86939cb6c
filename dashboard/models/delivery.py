"""Deliveries: letters to people and calls to webhooks, each kept with what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, LongText, Moment, UtcTime, Words


class Webhook(Base):
    """An address of a team's that is called for some events. The secret that signs the calls lies sealed.

    A removed one stays, for the calls that were made.
    """

    __tablename__ = "webhook"
    __table_args__ = TABLE

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    url: Mapped[str] = mapped_column(String(500))
    sealed_secret: Mapped[Words]
    events: Mapped[list[Any]] = mapped_column(JSON)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Delivery(Base):
    """A letter to a person (`user_id`) or a call to a webhook. `uid` is the same each time it is tried.

    `due_at`: when it is tried, or tried again; while it is being tried, when somebody else may. `status`, `seconds`
    and `answer` are of the last try. A letter's `body` is written when it is first tried: until then it collects.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "due_at"),
        Index("ix_delivery_team", "team_id", "webhook_id", "id"),
        Index("ix_delivery_open", "user_id", "state", "team_id"),
        TABLE,
    )

    id: Mapped[Key]
    uid: Mapped[Code] = mapped_column(unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhook.id"))
    event: Mapped[Code]
    state: Mapped[Code]
    attempts: Mapped[int]
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    body: Mapped[str | None] = mapped_column(LongText)
    status: Mapped[int | None]
    seconds: Mapped[float | None]
    answer: Mapped[Words | None]


class DeliveredNotice(Base):
    """A notice that a letter tells of."""

    __tablename__ = "delivered_notice"
    __table_args__ = TABLE

    delivery_id: Mapped[int] = mapped_column(BigInt, ForeignKey("delivery.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(BigInt, ForeignKey("notice.id"), primary_key=True)
