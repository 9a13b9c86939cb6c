"""Nodes of a run: where each stands, its attempts, and its log line by line."""

from __future__ import annotations

from flask import Response, abort, stream_with_context

from dashboard.api import guard
from dashboard.api.description import answers
from dashboard.api.shapes.nodes import Attempt, Attempts, LogAsked, Node, Nodes, NodeWhole
from dashboard.reads import logs, nodes, questions, run_nodes
from dashboard.views import access, log_files

routes = guard.noun("nodes", "runs/<int:run_id>/nodes")


@routes.get("")
@answers(Nodes)
def index(run_id: int) -> Nodes:
    """Every node of the run, in the workflow's order."""
    found = run_nodes.of_run(access.run(run_id).id)
    return Nodes(items=[Node.model_validate(row) for row in found.rows])


@routes.get("/<node_id>")
@answers(NodeWhole)
def show(run_id: int, node_id: str) -> NodeWhole:
    """A node with its inputs, its output and its questions."""
    return whole(run_id, node_id)


@routes.get("/<node_id>/attempts")
@answers(Attempts)
def attempts(run_id: int, node_id: str) -> Attempts:
    """Every finished attempt at the node, newest first."""
    _run, node = access.node(run_id, node_id)
    return Attempts(items=[Attempt.model_validate(row) for row in nodes.attempts(node.id)])


@routes.get("/<node_id>/log")
@answers(file="application/x-ndjson")
def log(run_id: int, node_id: str, query: LogAsked) -> Response:
    """The lines of an attempt, an object of JSON each: line, at, level, message."""
    _run, node = access.node(run_id, node_id)
    wanted = logs.Wanted(node.id, query.attempt or node.attempt, query.level, query.q.strip())
    written = (log_files.as_json(line) for line in logs.stream(wanted, query.after))
    return Response(stream_with_context(written), content_type="application/x-ndjson")


def whole(run_id: int, node_id: str) -> NodeWhole:
    """The node as it is at this moment."""
    run, node = access.node(run_id, node_id)
    row = next((one for one in run_nodes.of_run(run.id).rows if one.id == node.id), None) or abort(404)
    own = {name: getattr(row, name) for name in Node.model_fields}
    told = {"inputs": nodes.inputs(run, node), "output": nodes.output(node.id, node.attempt),
            "questions": questions.of_node(node)}  # fmt: skip
    return NodeWhole.model_validate(own | told)
