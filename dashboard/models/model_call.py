"""Calls to language models: what each may cost and did cost."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, Code, Key, Moment


class ModelCall(Base):
    """One try at a call, written before it is made with the most it can use, and changed once when that is known.

    `cost` is in the money of the configured prices, NULL where there are none. `is_settled` is false while the call is
    under way, and for ever where its worker died: then it counts in full. `is_measured` is false where the server did
    not say what was used.
    """

    __tablename__ = "model_call"
    __table_args__ = (
        Index("ix_model_call_run", "run_id"),
        Index("ix_model_call_team", "team_id", "at"),
        TABLE,
    )

    id: Mapped[Key]
    call: Mapped[Code] = mapped_column(unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    node_id: Mapped[int] = mapped_column(ForeignKey("workflow_node.id"))
    purpose: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(200))
    tokens_in: Mapped[int]
    tokens_out: Mapped[int]
    seconds: Mapped[float]
    cost: Mapped[float | None]
    is_measured: Mapped[bool]
    is_settled: Mapped[bool]
    at: Mapped[Moment]
