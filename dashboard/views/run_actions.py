"""What a member may do to a run besides retrying: cancel, pause, resume. Each is a POST, then 303."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import runs
from dashboard.views import access

pages = Blueprint("run_actions", __name__, url_prefix="/runs/<int:run_id>")


@pages.post("/cancel")
def cancel(run_id: int) -> AnyResponse:
    runs.cancel(_mine(run_id), _by())
    return _back(run_id)


@pages.post("/pause")
def pause(run_id: int) -> AnyResponse:
    runs.pause(_mine(run_id), _by())
    return _back(run_id)


@pages.post("/resume")
def resume(run_id: int) -> AnyResponse:
    runs.resume(_mine(run_id), _by())
    return _back(run_id)


@pages.post("/start")
def start(run_id: int) -> AnyResponse:
    """Start a run that was only created."""
    runs.start(_mine(run_id), _by())
    return _back(run_id)


def _mine(run_id: int) -> int:
    return access.run(run_id, access.Role.MEMBER).id


def _by() -> int:
    return access.viewer().user.id


def _back(run_id: int) -> AnyResponse:
    return redirect(url_for("runs.show", run_id=run_id), 303)
