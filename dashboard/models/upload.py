"""Uploads: what became of each file that was handed in."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Key, Moment


class Upload(Base):
    """Files that a person handed in together."""

    __tablename__ = "upload"
    __table_args__ = TABLE

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]


class UploadedFile(Base):
    """One of them, or one inside an archive: its fate, the paper it is and the run begun on it, or why it is none."""

    __tablename__ = "uploaded_file"
    __table_args__ = (Index("ix_uploaded_file_upload", "upload_id", "id"), TABLE)

    id: Mapped[Key]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    name: Mapped[str] = mapped_column(String(300))
    fate: Mapped[Code]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"))
    message: Mapped[str | None] = mapped_column(String(500))
