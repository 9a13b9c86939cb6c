"""People who sign in, and the single-use links that let them in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Key, Moment, Name, UtcTime, Words


class User(Base):
    """A person. An operator sees `/ops` and makes teams.

    The secret of the second factor lies sealed (`dashboard.sealing`) and counts only once `second_factor_at` is set.
    `second_factor_step` is the last thirty seconds whose code was taken, so that no code is taken twice.
    """

    __tablename__ = "user_account"
    __table_args__ = TABLE

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str | None] = mapped_column(String(255))
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcTime)
    second_factor_secret: Mapped[Words | None]
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcTime)
    second_factor_step: Mapped[int | None]

    # What Flask-Login asks of a user. The token is that of the session just begun; the database never sees it.
    is_authenticated = True
    is_anonymous = False
    session_token = ""

    @property
    def is_active(self) -> bool:
        return not self.is_disabled

    def get_id(self) -> str:
        return self.session_token


class SignInLink(Base):
    """A link that may be opened once. Only the hash of its token is stored. Purpose: first_admin, invite or reset.

    An invitation names the address invited, the team and the role there; a reset names the person.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = TABLE

    id: Mapped[Key]
    token_hash: Mapped[Code] = mapped_column(unique=True)
    purpose: Mapped[Code]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    email: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Code | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
