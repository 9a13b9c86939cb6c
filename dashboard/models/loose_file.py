"""Loose files: what lies in the store and no row names yet, or no longer."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Moment


class LooseFile(Base):
    """A file of the artifact store, and since when it may be without an owner: see `engine.loose_files`."""

    __tablename__ = "loose_file"
    __table_args__ = TABLE

    sha256: Mapped[Code] = mapped_column(primary_key=True)
    since: Mapped[Moment] = mapped_column(index=True)
