"""Gates: how many nodes of one key may run at once."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE


class ConcurrencyGate(Base):
    """A gate with its number of places, as the definition saved last gives it. Its row is locked by who counts."""

    __tablename__ = "concurrency_gate"
    __table_args__ = TABLE

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    places: Mapped[int]
