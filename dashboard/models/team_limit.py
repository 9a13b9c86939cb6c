"""What a team may use at most."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Moment


class TeamLimit(Base):
    """Limits an operator set for one team; an empty one leaves the installation's. `month_spend` is US dollars."""

    __tablename__ = "team_limit"
    __table_args__ = TABLE

    team_id: Mapped[int] = mapped_column(BigInt, ForeignKey("team.id"), primary_key=True)
    papers: Mapped[int | None]
    storage_bytes: Mapped[int | None] = mapped_column(BigInt)
    active_runs: Mapped[int | None]
    month_spend: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    updated_at: Mapped[Moment]
