"""Teams own papers and runs; members belong to them with a role."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Key, Moment, Name
from dashboard.models.user import User


class Team(Base):
    """A group of people who see the same papers and runs, and nobody else's.

    `sends_letters`: whether its people may be told by e-mail what happens in it.
    """

    __tablename__ = "team"
    __table_args__ = TABLE

    id: Mapped[Key]
    name: Mapped[Name]
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    sends_letters: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[Moment]


class Membership(Base):
    """A person in a team. Role: viewer (looks), member (acts), admin (also manages the team)."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("team_id", "user_id"), TABLE)

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Code]
    created_at: Mapped[Moment]

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    user: Mapped[User] = relationship()
