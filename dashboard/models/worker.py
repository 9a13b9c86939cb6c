"""Workers as they last reported, so that a page can say why nothing moves."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Moment


class WorkerReport(Base):
    """A worker process: its queues (comma-separated) and when it was last alive."""

    __tablename__ = "worker_report"
    __table_args__ = TABLE

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    queues: Mapped[str] = mapped_column(String(200))
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
