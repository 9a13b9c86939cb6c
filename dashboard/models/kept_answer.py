"""Answers kept for programs that ask twice because they did not hear the first."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Key, LongText, Moment


class KeptAnswer(Base):
    """What was answered to a request with an Idempotency-Key; no status while it is being worked on.

    Of the key, with its team, and of what was sent only hashes are stored.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (UniqueConstraint("user_id", "key_hash"), TABLE)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    key_hash: Mapped[Code]
    request_hash: Mapped[Code]
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(LongText)
    location: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[Moment] = mapped_column(index=True)
