"""The operator's page: workers and queues."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from dashboard.reads import ops
from dashboard.views import access, live

pages = Blueprint("ops", __name__, url_prefix="/ops")


@pages.get("")
def show() -> str:
    access.operator()
    found = ops.page()
    return render_template("pages/ops.html", found=found, v=live.fingerprint(found))


@pages.get("/live")
def poll() -> Response:
    access.operator()
    found = ops.page()
    return live.answer("partials/ops.html", live.fingerprint(found), found=found)
