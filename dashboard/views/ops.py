"""The operator's page: workers and queues; drain a worker, take a silent worker's node back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dashboard.engine import draining, reclaiming
from dashboard.engine.errors import ConflictError
from dashboard.reads import ops
from dashboard.views import access, live, slices

pages = Blueprint("ops", __name__, url_prefix="/ops")

LEFT_SHOWN = 20


@pages.get("")
def show() -> str:
    access.operator()
    found = _page()
    left = slices.of(found.left_behind, 1, LEFT_SHOWN)
    return render_template("pages/ops.html", found=found, left=left, v=live.fingerprint(found))


@pages.get("/live")
def poll() -> Response:
    access.operator()
    found = _page()
    left = slices.of(found.left_behind, 1, LEFT_SHOWN)
    return live.answer("partials/ops.html", live.fingerprint(found), found=found, left=left)


@pages.post("/drain")
def drain() -> AnyResponse:
    return _tell(draining.drain, "{} finishes the node it has and takes no more.")


@pages.post("/undrain")
def undrain() -> AnyResponse:
    return _tell(draining.undo, "{} takes nodes again.")


@pages.get("/release")
def confirm() -> str:
    """What taking a node back would do, before it is done."""
    access.operator()
    held = ops.held(request.args.get("node", 0, type=int), access.viewer().team_ids)
    if held is None:
        raise ConflictError("No worker holds that node any more. Go back to the page: it shows what is so now.")
    return render_template("pages/release.html", held=held)


@pages.post("/release")
def release() -> AnyResponse:
    """Take the node back; the attempt says which claim was looked at."""
    by = access.operator().id
    reclaiming.take_back(request.form.get("node", 0, type=int), request.form.get("attempt", 0, type=int), by)
    flash("The node was taken back. Another worker may begin it at once.", "good")
    return redirect(url_for("ops.show"), 303)


def _tell(verb: Callable[[str, int | None], None], sentence: str) -> AnyResponse:
    by, worker = access.operator().id, request.form.get("worker", "")
    verb(worker, by)
    flash(sentence.format(worker), "good")
    return redirect(url_for("ops.show"), 303)


def _page() -> ops.Ops:
    return ops.page(access.viewer().team_ids)
