"""A node's log: real rows a page at a time, filtered over the whole log, followed while it grows, or downloaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine.states import NodeStatus
from dashboard.models import WorkflowNode
from dashboard.reads import logs
from dashboard.views import access, headers, log_files, nodes

pages = Blueprint("logs", __name__, url_prefix="/runs/<int:run_id>/nodes/<node_id>")

MOST_HELD = 5000  # lines on a page that follows
MOST = 2**31 - 1


@pages.get("/log")
def show(run_id: int, node_id: str) -> str | AnyResponse:
    """The page of lines asked for; `?error_after=` leads on to the next error, wherever it is."""
    row = nodes.read(run_id, node_id)
    node = row.WorkflowNode
    wanted = _wanted(node)
    if "error_after" in request.args:
        return _to_next_error(wanted)
    found, at_line = _page(wanted), _number("line")
    error_after = at_line or (found.lines[0].line - 1 if found.lines else 0)
    return render_template(
        "pages/log.html", found=found, levels=logs.LEVELS, at_line=at_line, error_after=error_after, is_behind=False,
        no_wrap="nowrap" in request.args, **nodes.shown(row, "log"), **_shown(node, wanted, found.lines, found.last),
    )  # fmt: skip


@pages.get("/log/tail")
def tail(run_id: int, node_id: str) -> str | Response:
    """The lines after `?after=`, to be put where the tail stood; 204 when there are none and more may come.

    `?held=` counts the lines the page has by then: past `MOST_HELD` it is told to go on afresh.
    """
    run, node = access.node(run_id, node_id)
    wanted = _wanted(node)
    after = _number("after") or 0
    lines = logs.after(wanted, after)
    shown = _shown(node, wanted, lines, after, _number("held") or 0)
    if not lines and shown["is_growing"]:
        return Response(status=204)
    return render_template(
        "partials/log_tail.html", run=run, node=node, is_behind=len(lines) == logs.PAGE, at_line=None, **shown
    )


@pages.get("/log.txt")
def text(run_id: int, node_id: str) -> Response:
    return _file(run_id, node_id, "txt", "text/plain; charset=utf-8", log_files.as_text)


@pages.get("/log.ndjson")
def ndjson(run_id: int, node_id: str) -> Response:
    return _file(run_id, node_id, "ndjson", "application/x-ndjson", log_files.as_json)


def _wanted(node: WorkflowNode) -> logs.Wanted:
    level = request.args.get("level", "debug")
    return logs.Wanted(
        row_id=node.id,
        attempt=_number("attempt") or node.attempt,
        level=level if level in logs.LEVELS else "debug",
        text=request.args.get("q", "").strip()[:200],
    )


def _page(wanted: logs.Wanted) -> logs.LogPage:
    """By `?line=`, `?start=` or `?before=`; else a filtered log from its first match, any other at its end."""
    line, start, before = _number("line"), _number("start"), _number("before")
    if line:
        return logs.holding(wanted, line)
    if start or (wanted.is_filtered and not before):
        return logs.from_line(wanted, start or 1)
    return logs.before_line(wanted, before)


def _number(name: str) -> int | None:
    """That part of the query as a number from 1 on; None when it is none."""
    given = request.args.get(name, type=int)
    return min(given, MOST) if given and given > 0 else None


def _to_next_error(wanted: logs.Wanted) -> AnyResponse:
    line = logs.next_error(wanted, _number("error_after") or 0)
    if line is None:
        flash("This attempt logged no error.")
    kept = {"nowrap": request.args.get("nowrap")}
    return redirect(_address(wanted, line=line, _anchor=f"L{line}" if line else None, **kept), 303)


def _address(wanted: logs.Wanted, **more: Any) -> str:
    return url_for("logs.show", **(request.view_args or {}), attempt=wanted.attempt, **more)


def _kept(wanted: logs.Wanted) -> dict[str, Any]:
    """What every link of the page hands on."""
    return {
        "level": wanted.level if wanted.level != logs.LEVELS[0] else None,
        "q": wanted.text or None,
        "attempt": request.args.get("attempt"),
        "nowrap": request.args.get("nowrap"),
    }


def _shown(
    node: WorkflowNode, wanted: logs.Wanted, lines: Sequence[logs.Line], after: int = 0, held: int = 0
) -> dict[str, Any]:
    """The lines, where each of them is to be found, and what a tail needs that asks for those after them."""
    return {
        "wanted": wanted, "lines": lines, "address": _address(wanted), "kept": _kept(wanted),
        "is_growing": node.status == NodeStatus.RUNNING and wanted.attempt == node.attempt,
        "after": lines[-1].line if lines else after, "held": held + len(lines), "most_held": MOST_HELD,
    }  # fmt: skip


def _file(run_id: int, node_id: str, ending: str, media_type: str, write: Callable[[logs.Line], str]) -> Response:
    _run, node = access.node(run_id, node_id)
    wanted = _wanted(node)
    written = (write(line) for line in logs.stream(wanted))
    response = Response(stream_with_context(written), content_type=media_type)
    name = f"run-{run_id}-{node.id}-attempt-{wanted.attempt}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = headers.DOWNLOAD
    return response
