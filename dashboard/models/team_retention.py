"""How long a team's runs keep what they left."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Moment


class TeamRetention(Base):
    """Days set for one team; an empty one leaves the installation's, 0 keeps for ever."""

    __tablename__ = "team_retention"
    __table_args__ = TABLE

    team_id: Mapped[int] = mapped_column(BigInt, ForeignKey("team.id"), primary_key=True)
    logs: Mapped[float | None]
    attempts: Mapped[float | None]
    artifacts: Mapped[float | None]
    checkpoints: Mapped[float | None]
    updated_at: Mapped[Moment]
