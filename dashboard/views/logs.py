"""A node's log: real rows a page at a time, filtered over the whole log, followed while it grows, or downloaded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context

from dashboard.engine.states import NodeStatus
from dashboard.filters import plain
from dashboard.models import WorkflowNode
from dashboard.reads import logs
from dashboard.views import access, headers, nodes

pages = Blueprint("logs", __name__, url_prefix="/runs/<int:run_id>/nodes/<node_id>")


@pages.get("/log")
def show(run_id: int, node_id: str) -> str:
    run, node = access.node(run_id, node_id)
    wanted = _wanted(node)
    found = logs.page(wanted, max(1, request.args.get("start", 1, type=int)))
    return render_template(
        "pages/log.html", found=found, levels=logs.LEVELS, lines=found.lines,
        **nodes.shown(run, node, "log"), **_tail(node, wanted, found.lines),
    )  # fmt: skip


@pages.get("/log/tail")
def tail(run_id: int, node_id: str) -> str | Response:
    """The lines after `?after=`, to be put where the tail stood; 204 when there are none and more may come."""
    run, node = access.node(run_id, node_id)
    wanted = _wanted(node)
    after = request.args.get("after", 0, type=int)
    lines = logs.after(wanted, after)
    if not lines and node.status == NodeStatus.RUNNING:
        return Response(status=204)
    return render_template(
        "partials/log_tail.html", run=run, node=node, lines=lines, **_tail(node, wanted, lines, after)
    )


@pages.get("/log.txt")
def text(run_id: int, node_id: str) -> Response:
    return _file(run_id, node_id, "txt", "text/plain; charset=utf-8", _as_text)


@pages.get("/log.ndjson")
def ndjson(run_id: int, node_id: str) -> Response:
    return _file(run_id, node_id, "ndjson", "application/x-ndjson", _as_json)


def _wanted(node: WorkflowNode) -> logs.Wanted:
    level = request.args.get("level", "debug")
    return logs.Wanted(
        row_id=node.id,
        attempt=request.args.get("attempt", type=int) or node.attempt,
        level=level if level in logs.LEVELS else "debug",
        text=request.args.get("q", "").strip()[:200],
    )


def _tail(node: WorkflowNode, wanted: logs.Wanted, lines: Sequence[logs.Line], after: int = 0) -> dict[str, Any]:
    """`follows`: whether further lines may come. The tail asks for what comes after `after`."""
    follows = node.status == NodeStatus.RUNNING and wanted.attempt == node.attempt
    return {"wanted": wanted, "follows": follows, "after": lines[-1].line if lines else after}


def _file(run_id: int, node_id: str, ending: str, media_type: str, write: Any) -> Response:
    _run, node = access.node(run_id, node_id)
    wanted = _wanted(node)
    written = (write(line) for line in logs.stream(wanted))
    response = Response(stream_with_context(written), content_type=media_type)
    name = f"run-{run_id}-{node.id}-attempt-{wanted.attempt}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = headers.DOWNLOAD
    return response


def _as_text(line: logs.Line) -> str:
    return f"{line.at.isoformat(timespec='milliseconds')} {line.level.upper():7} {plain(line.message)}\n"


def _as_json(line: logs.Line) -> str:
    record = {"line": line.line, "at": line.at.isoformat(), "level": line.level, "message": line.message}
    return json.dumps(record, ensure_ascii=False) + "\n"
