"""One node of a run: tabs by URL, the attempt too."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import waiting
from dashboard.engine.states import NODE_FINISHED, NodeStatus
from dashboard.models import WorkflowNode, WorkflowRun
from dashboard.reads import nodes, questions, spending
from dashboard.views import access, frame, live, trees

pages = Blueprint("nodes", __name__, url_prefix="/runs/<int:run_id>/nodes/<node_id>")

TABS = ("error", "log", "input", "output", "artifacts", "attempts")
OPENS_ON: dict[str, str] = {
    NodeStatus.PENDING: "input", NodeStatus.READY: "input", NodeStatus.HELD: "input", NodeStatus.SUCCEEDED: "output",
}  # fmt: skip


@pages.get("")
def show(run_id: int, node_id: str) -> str | AnyResponse:
    """The log has a page of its own."""
    row = read(run_id, node_id)
    if tab_of(row) == "log":
        return redirect(url_for("logs.show", run_id=run_id, node_id=node_id, attempt=request.args.get("attempt")))
    return render_template("pages/node.html", **shown(row, tab_of(row)))


@pages.get("/live")
def poll(run_id: int, node_id: str) -> AnyResponse:
    return live.unchanged(run_id) or _anew(access.node_with(run_id, node_id, _surrounded))


def _anew(row: Any) -> AnyResponse:
    return Response(render_template("partials/node.html", **shown(row, tab_of(row))))


def read(run_id: int, node_id: str) -> Any:
    """The run, the node and all that stands above its tabs, for a page: with the number in the top bar."""
    row = access.node_with(run_id, node_id, lambda wanted: frame.counting(_surrounded(wanted), run_id))
    frame.note_count(row)
    return row


def tab_of(row: Any) -> str:
    """The tab asked for; else a failure opens on its error, a success on what it handed on, what waits on what it is
    given, the rest on the log."""
    asked = request.args.get("tab", "")
    if asked in TABS:
        return asked
    if row.error_type:
        return "error"
    return OPENS_ON.get(row.WorkflowNode.status, "log")


def shown(row: Any, tab: str) -> dict[str, Any]:
    """What the node's pages show. Only what the open tab needs is read; the log's shows nothing but the log."""
    run, node, chosen = row.WorkflowRun, row.WorkflowNode, nodes.chosen_of(row)
    attempt = _asked_attempt() or node.attempt
    has_room = tab != "log"
    return {
        "run": run, "node": node, "attempt": attempt, "chosen": chosen, "tab": tab, "tabs": TABS,
        "wait": waiting.sentence(node, row), "content": _content(tab, run, node, attempt), "has_asked": row.has_asked,
        "questions": questions.of_node(node) if has_room and row.has_asked else [],
        "spent": spending.of_node(run.id, node.node_id) if has_room and node.type == "langgraph" else None,
        "is_over": node.status in NODE_FINISHED, "v": live.turning(row.version, run.status),
    }  # fmt: skip


def _surrounded(wanted: nodes.Joined) -> nodes.Joined:
    return nodes.surrounded(wanted, _asked_attempt())


def _asked_attempt() -> int | None:
    """None also for what no attempt is numbered."""
    asked = request.args.get("attempt", 0, type=int)
    return asked if 0 < asked < 2**31 else None


def _content(tab: str, run: WorkflowRun, node: WorkflowNode, attempt: int) -> Any:
    match tab:
        case "input":
            return {name: trees.tree(value) for name, value in nodes.inputs(run, node).items()}
        case "output":
            found = nodes.output(node.id, attempt)
            return trees.tree(found) if found is not None else None
        case "artifacts":
            return nodes.artifacts(node.id, attempt)
        case "attempts":
            return nodes.attempts(node.id)
    return None
