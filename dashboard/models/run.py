"""Runs: one workflow on one paper, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false, func, select, text, true
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from dashboard.extensions import Base
from dashboard.models.columns import TABLE, BigInt, Code, Key, Moment, UtcTime
from dashboard.models.definition import WorkflowDefinition
from dashboard.models.node import WorkflowNode
from dashboard.models.paper import Paper


class WorkflowRun(Base):
    """A run. `version` grows with every change of the run or its nodes except a claim; see `engine.progress`.

    `dealt_with_*`: who has dealt with its failure, when and how; it counts until the run fails again.
    `waits_for_workflow`: it is to start as soon as its workflow is no longer paused.
    `waits_for_place`: it is to start as soon as one of its team's places is free.
    `stored_bytes`: what the files weigh that its nodes left.
    `seconds`: how long it took, once it has ended.
    `*_removed_at`: when retention last removed its logs, its replaced attempts, its files.
    """

    __tablename__ = "workflow_run"
    __table_args__ = (
        Index("ix_run_team_recent", "team_id", "id"),
        Index("ix_run_team_status", "team_id", "status", "id"),
        Index("ix_run_paper_status", "paper_id", "status"),
        Index("ix_run_status", "status", "id"),
        Index("ix_run_definition_status", "definition_id", "status", "id"),
        Index("ix_run_team_score", "team_id", "score", "id"),
        Index("ix_run_team_seconds", "team_id", "seconds", "id"),
        Index("ix_run_team_stored", "team_id", "stored_bytes"),
        TABLE,
    )

    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    definition_id: Mapped[int] = mapped_column(ForeignKey("workflow_definition.id"))
    status: Mapped[Code]
    version: Mapped[int] = mapped_column(BigInt, default=1)
    input: Mapped[dict[str, Any]] = mapped_column(JSON)
    may_reuse: Mapped[bool] = mapped_column(default=True, server_default=true())
    waits_for_workflow: Mapped[bool] = mapped_column(default=False, server_default=false())
    waits_for_place: Mapped[bool] = mapped_column(default=False, server_default=false())
    stored_bytes: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))
    score: Mapped[float | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Moment]
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seconds: Mapped[float | None]
    dealt_with_at: Mapped[datetime | None] = mapped_column(UtcTime)
    dealt_with_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    dealt_with_how: Mapped[str | None] = mapped_column(String(300))
    logs_removed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts_removed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    artifacts_removed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    definition: Mapped[WorkflowDefinition] = relationship()
    paper: Mapped[Paper | None] = relationship()

    def get_progress(self) -> dict[str, Any]:
        """`{percentage, total, completed, counts}` of the run's nodes, counted now."""
        session = object_session(self)
        if session is None:
            raise ValueError("This run is detached from its session; use engine.progress.of_run(run.id).")
        tally = select(WorkflowNode.status, func.count()).filter_by(run_id=self.id).group_by(WorkflowNode.status)
        counts = {row[0]: row[1] for row in session.execute(tally)}
        total, completed = sum(counts.values()), counts.get("SUCCEEDED", 0) + counts.get("SKIPPED", 0)
        percentage = round(100 * completed / total) if total else 0
        return {"percentage": percentage, "total": total, "completed": completed, "counts": counts}
