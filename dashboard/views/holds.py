"""Hold a node until somebody says it may run, and say so."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import holding
from dashboard.engine.errors import InvalidInputError
from dashboard.views import access

pages = Blueprint("holds", __name__, url_prefix="/runs/<int:run_id>/nodes/<node_id>")


@pages.post("/hold")
def hold(run_id: int, node_id: str) -> AnyResponse:
    """The reason is shown wherever the node is."""
    access.node(run_id, node_id, access.Role.MEMBER)
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise InvalidInputError("Holding a node needs a reason.")
    holding.hold(run_id, node_id, reason, access.viewer().user.id)
    return _back(run_id, node_id)


@pages.post("/release")
def release(run_id: int, node_id: str) -> AnyResponse:
    access.node(run_id, node_id, access.Role.MEMBER)
    holding.release(run_id, node_id, access.viewer().user.id)
    return _back(run_id, node_id)


def _back(run_id: int, node_id: str) -> AnyResponse:
    return redirect(url_for("nodes.show", run_id=run_id, node_id=node_id), 303)
