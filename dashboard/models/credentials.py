"""What lets a person in besides their password: open sessions, recovery codes, other sign-ins, tokens for programs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Key, Moment, UtcTime


class OpenSession(Base):
    """One browser in which a person signed in. Only the hash of what its cookie holds is stored; ended is for good."""

    __tablename__ = "open_session"
    __table_args__ = TABLE

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[Code] = mapped_column(unique=True)
    address: Mapped[str | None] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RecoveryCode(Base):
    """A code that stands in once for the second factor. Only its hash is stored."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"), TABLE)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    code_hash: Mapped[Code]
    created_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Identity(Base):
    """A person as an OpenID provider knows them: its issuer and the subject it names."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), TABLE)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]


class ApiToken(Base):
    """A person's key for programs, in one team. Only its hash is stored; `scopes` are words divided by spaces."""

    __tablename__ = "api_token"
    __table_args__ = TABLE

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[Code] = mapped_column(unique=True)
    scopes: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
