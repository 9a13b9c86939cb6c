"""Answer what a node asks."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import asking
from dashboard.views import access

pages = Blueprint("answers", __name__, url_prefix="/runs/<int:run_id>/nodes/<node_id>")


@pages.post("/answer")
def answer(run_id: int, node_id: str) -> AnyResponse:
    """With the last question answered the node runs again."""
    access.node(run_id, node_id, access.Role.MEMBER)
    key, words = request.form.get("key", ""), request.form.get("answer", "")
    asking.answer(run_id, node_id, key, words, access.viewer().user.id)
    return redirect(url_for("nodes.show", run_id=run_id, node_id=node_id), 303)
