"""Log lines of a node's attempts."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, Moment, Words


class NodeLog(Base):
    """One line; `line` counts from 1 within the attempt. No foreign keys: lines are many and written in batches."""

    __tablename__ = "node_log"
    __table_args__ = (UniqueConstraint("node_id", "attempt", "line"), TABLE)

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(BigInt, index=True)
    node_id: Mapped[int] = mapped_column(BigInt)
    attempt: Mapped[int]
    line: Mapped[int]
    level: Mapped[Code]
    message: Mapped[Words]
    at: Mapped[Moment]
