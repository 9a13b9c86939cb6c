"""The language model a team has chosen for its runs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Moment, Words


class TeamModel(Base):
    """`model` is provider:model, `url` one of the operator's addresses or empty for the provider's own.

    The key lies sealed (`dashboard.sealing`). An empty cap leaves the installation's.
    """

    __tablename__ = "team_model"
    __table_args__ = TABLE

    team_id: Mapped[int] = mapped_column(BigInt, ForeignKey("team.id"), primary_key=True)
    model: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    sealed_key: Mapped[Words | None]
    cap: Mapped[str] = mapped_column(String(40))
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    updated_at: Mapped[Moment]
