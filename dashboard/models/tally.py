"""Tallies: totals that only grow, whatever is tidied away later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt


class Tally(Base):
    """What was counted of the rows of one table, and the id of the last one counted. See `engine.tallies`."""

    __tablename__ = "tally"
    __table_args__ = TABLE

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    last_id: Mapped[int] = mapped_column(BigInt)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
