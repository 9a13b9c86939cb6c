"""Workers as they last reported, so that a page can say why nothing moves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Moment, UtcTime


class WorkerReport(Base):
    """A worker process: its queues (comma-separated), when it was last alive, and since when it is to take no nodes.

    `handlers` are the versions of those it has, by name; None of a worker that does not tell.
    """

    __tablename__ = "worker_report"
    __table_args__ = TABLE

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    queues: Mapped[str] = mapped_column(String(200))
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    handlers: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    drain_at: Mapped[datetime | None] = mapped_column(UtcTime)
    drain_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
