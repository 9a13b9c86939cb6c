"""Papers: the PDFs a team uploaded."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, Moment


class Paper(Base):
    """One PDF of one team; its bytes lie in the artifact store under `sha256`."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("team_id", "sha256"),
        Index("ix_paper_team_recent", "team_id", "id"),
        Index("ix_paper_team_bytes", "team_id", "bytes"),
        Index("ix_paper_sha256", "sha256"),
        TABLE,
    )

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    title: Mapped[str] = mapped_column(String(500))
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[Code]
    bytes: Mapped[int] = mapped_column(BigInt)
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]
