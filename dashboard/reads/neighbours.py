"""The run of the same team that was made just before or just after a run."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.models import WorkflowRun


class Way(StrEnum):
    """To which side of a run one looks."""

    OLDER = "older"
    NEWER = "newer"


def beside(run: WorkflowRun, way: Way) -> int | None:
    """The id of the next run that way; None at the end. One step along `ix_run_team_recent`."""
    same_team = select(WorkflowRun.id).where(WorkflowRun.team_id == run.team_id)
    wanted = {
        Way.OLDER: same_team.where(WorkflowRun.id < run.id).order_by(WorkflowRun.id.desc()),
        Way.NEWER: same_team.where(WorkflowRun.id > run.id).order_by(WorkflowRun.id),
    }
    return db.session.scalar(wanted[way].limit(1))
