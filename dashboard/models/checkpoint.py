"""LangGraph checkpoints, in the same database so that a write can be fenced by the node's claim."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, LongBlob, Moment


class LangGraphCheckpoint(Base):
    """The state of a graph after a step. `thread_id` is `<node>:<generation>`."""

    __tablename__ = "langgraph_checkpoint"
    __table_args__ = (Index("ix_checkpoint_node", "node_id"), TABLE)

    thread_id: Mapped[str] = mapped_column(String(150), primary_key=True)
    checkpoint_ns: Mapped[str] = mapped_column(String(200), primary_key=True)
    checkpoint_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(String(64))
    node_id: Mapped[int | None] = mapped_column(BigInt)
    type: Mapped[Code]
    checkpoint: Mapped[bytes] = mapped_column(LongBlob)
    metadata_: Mapped[bytes] = mapped_column("metadata", LongBlob)
    created_at: Mapped[Moment]


class LangGraphWrite(Base):
    """A pending write of a task within a step."""

    __tablename__ = "langgraph_write"
    __table_args__ = TABLE

    thread_id: Mapped[str] = mapped_column(String(150), primary_key=True)
    checkpoint_ns: Mapped[str] = mapped_column(String(200), primary_key=True)
    checkpoint_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    task_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    idx: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    task_path: Mapped[str] = mapped_column(String(500))
    channel: Mapped[str] = mapped_column(String(200))
    type: Mapped[Code]
    value: Mapped[bytes] = mapped_column(LongBlob)
