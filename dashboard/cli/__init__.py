"""The command line: `flask create-workflow`, `start-workflow`, `workflow-status`, `doctor` and their like."""

from __future__ import annotations

from flask import Flask

from dashboard.cli import (
    backups,
    doctor,
    legacy,
    logs,
    papers,
    people,
    processes,
    retention,
    runs,
    second_factors,
    status,
    workflows,
)

COMMANDS = (
    workflows.create_workflow,
    workflows.workflows,
    runs.start_workflow,
    runs.retry,
    runs.cancel,
    runs.pause,
    runs.resume,
    runs.hold,
    runs.release,
    status.workflow_status,
    logs.logs,
    papers.add_paper,
    legacy.import_legacy,
    people.create_user,
    people.sign_in_link,
    second_factors.second_factor_off,
    doctor.doctor,
    backups.backup,
    backups.verify_artifacts,
    retention.remove,
    retention.choose,
    processes.worker,
    processes.sweeper,
    processes.cron,
)


def init_app(app: Flask) -> None:
    """Add every command to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
