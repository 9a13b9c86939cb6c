"""Artifacts: files a node left, addressed by content."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, Moment


class NodeArtifact(Base):
    """A named file of one attempt; the bytes lie in the store under `sha256`. Readers see the committed attempt's."""

    __tablename__ = "node_artifact"
    __table_args__ = (UniqueConstraint("node_id", "name", "attempt"), TABLE)

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"), index=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("workflow_node.id"))
    attempt: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    bytes: Mapped[int] = mapped_column(BigInt)
    sha256: Mapped[Code] = mapped_column(index=True)
    created_at: Mapped[Moment]
