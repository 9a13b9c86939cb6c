"""One node of a run: tabs by URL, the attempt too."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import progress
from dashboard.engine.states import NODE_FINISHED, NODE_UNFINISHED, NodeStatus, Outcome
from dashboard.models import WorkflowNode, WorkflowRun
from dashboard.reads import nodes, questions, spending
from dashboard.views import access, live, trees

pages = Blueprint("nodes", __name__, url_prefix="/runs/<int:run_id>/nodes/<node_id>")

TABS = ("error", "log", "input", "output", "artifacts", "attempts")


@pages.get("")
def show(run_id: int, node_id: str) -> str | AnyResponse:
    """The log has a page of its own."""
    found = shown(*access.node(run_id, node_id))
    if found["tab"] == "log":
        return redirect(url_for("logs.show", run_id=run_id, node_id=node_id, attempt=request.args.get("attempt")))
    return render_template("pages/node.html", **found)


@pages.get("/live")
def poll(run_id: int, node_id: str) -> Response:
    found = shown(*access.node(run_id, node_id))
    return live.answer("partials/node.html", found.pop("v"), **found)


def shown(run: WorkflowRun, node: WorkflowNode, tab: str = "") -> dict[str, Any]:
    """What the node's pages show. Only what the open tab needs is read."""
    attempts = nodes.attempts(node.id)
    attempt = request.args.get("attempt", type=int) or node.attempt
    chosen = next((one for one in attempts if one.attempt == attempt), None)
    tab = tab or _tab(node, has_error=bool(chosen and chosen.error_type))
    waits = progress.why_waiting(run.id) if node.status in NODE_UNFINISHED else {}
    asked = questions.of_node(node) if any(one.outcome == Outcome.ASKED for one in attempts) else []
    spent = spending.of_node(run.id, node.node_id) if node.type == "langgraph" else None
    wait, content = waits.get(node.id, ""), _content(tab, run, node, attempt)
    row = (node.status, node.attempt, node.progress_done, node.progress_total, wait, node.hold_reason, asked, spent)
    return {
        "run": run, "node": node, "attempts": attempts, "attempt": attempt, "chosen": chosen, "tab": tab, "tabs": TABS,
        "wait": wait, "content": content, "questions": asked, "spent": spent, "is_over": node.status in NODE_FINISHED,
        "v": live.fingerprint((row, attempts, tab, attempt)),
    }  # fmt: skip


def _tab(node: WorkflowNode, has_error: bool) -> str:
    """The tab asked for; else a failure opens on its error, a success on what it handed on, the rest on the log."""
    asked = request.args.get("tab", "")
    if asked in TABS:
        return asked
    if has_error:
        return "error"
    return "output" if node.status == NodeStatus.SUCCEEDED else "log"


def _content(tab: str, run: WorkflowRun, node: WorkflowNode, attempt: int) -> Any:
    match tab:
        case "input":
            return {name: trees.tree(value) for name, value in nodes.inputs(run, node).items()}
        case "output":
            found = nodes.output(node.id, attempt)
            return trees.tree(found) if found is not None else None
        case "artifacts":
            return nodes.artifacts(node.id, attempt)
    return None
