"""WorkflowOrchestrator: the engine's verbs under the names that scripts of the earlier system call."""

from __future__ import annotations

from typing import Any

from dashboard.engine import definitions, runs
from dashboard.extensions import db
from dashboard.models import Paper, User, WorkflowRun


class WorkflowOrchestrator:
    """A thin face on `engine.runs`."""

    def create_workflow_run(
        self,
        workflow_name: str,
        paper: Paper,
        input_data: dict[str, Any] | None = None,
        user: User | None = None,
    ) -> WorkflowRun:
        """A run of the active version of that workflow on that paper, created and not yet started."""
        definition = definitions.active(workflow_name)
        run_id = runs.create(definition.id, paper.id, paper.team_id, input_data or {}, user.id if user else None)
        return db.session.get_one(WorkflowRun, run_id)

    def start(self, run: WorkflowRun, user: User | None = None) -> None:
        """Start a run that was created."""
        runs.start(run.id, user.id if user else None)
