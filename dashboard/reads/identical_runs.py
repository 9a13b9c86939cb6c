"""A run that was given the same: the same paper, version of the workflow and input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dashboard.engine.states import RunStatus
from dashboard.extensions import db
from dashboard.models import WorkflowRun

LOOKED_AT = 50
IN_VAIN = (RunStatus.FAILED, RunStatus.CANCELLING, RunStatus.CANCELLED)


def newest(definition_id: int, paper_id: int, given: Mapping[str, Any]) -> WorkflowRun | None:
    """The newest such run that has succeeded or may yet, among the paper's last ones."""
    runs = db.session.scalars(
        select(WorkflowRun)
        .where(WorkflowRun.paper_id == paper_id, WorkflowRun.definition_id == definition_id)
        .where(WorkflowRun.status.not_in(IN_VAIN))
        .order_by(WorkflowRun.id.desc())
        .limit(LOOKED_AT)
    )
    return next((run for run in runs if run.input == given), None)
