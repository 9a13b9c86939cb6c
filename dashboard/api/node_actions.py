"""What may be done to a node: hold it, let it go, answer what it asks, go on without it."""

from __future__ import annotations

from dashboard.api import guard
from dashboard.api.description import answers
from dashboard.api.nodes import whole
from dashboard.api.runs import whole as run_whole
from dashboard.api.shapes.nodes import AnswerAsked, HoldAsked, NodeWhole
from dashboard.api.shapes.runs import RunWhole, SkipAsked
from dashboard.engine import asking, holding, skipping
from dashboard.views import access

routes = guard.noun("node_actions", "runs/<int:run_id>/nodes/<node_id>")


@routes.post("/hold")
@answers(NodeWhole)
def hold(run_id: int, node_id: str, json: HoldAsked) -> NodeWhole:
    """It does not start before it is released; the reason is shown wherever it is."""
    access.node(run_id, node_id, access.Role.MEMBER)
    holding.hold(run_id, node_id, json.reason, _by())
    return whole(run_id, node_id)


@routes.post("/release")
@answers(NodeWhole)
def release(run_id: int, node_id: str) -> NodeWhole:
    """It may start."""
    access.node(run_id, node_id, access.Role.MEMBER)
    holding.release(run_id, node_id, _by())
    return whole(run_id, node_id)


@routes.post("/answer")
@answers(NodeWhole)
def answer(run_id: int, node_id: str, json: AnswerAsked) -> NodeWhole:
    """Answer one of its questions; with the last one answered it runs again."""
    access.node(run_id, node_id, access.Role.MEMBER)
    asking.answer(run_id, node_id, json.key, json.answer, _by())
    return whole(run_id, node_id)


@routes.post("/skip")
@answers(RunWhole)
def skip(run_id: int, node_id: str, json: SkipAsked) -> RunWhole:
    """Go on without the node; the reason is kept."""
    access.node(run_id, node_id, access.Role.MEMBER)
    skipping.skip(run_id, node_id, json.reason, _by())
    return run_whole(run_id)


def _by() -> int:
    return access.viewer().user.id
