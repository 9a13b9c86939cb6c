"""Sweepers as they last reported."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Moment


class SweeperReport(Base):
    """A sweeper: where it runs, and when it last came to the end of a turn."""

    __tablename__ = "sweeper_report"
    __table_args__ = TABLE

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
