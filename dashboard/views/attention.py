"""The home page: what needs a person."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from dashboard.reads import attention, run_offers
from dashboard.views import access, frame, live

pages = Blueprint("attention", __name__)


@pages.get("/")
def show() -> str:
    found = attention.page(access.team().id)
    frame.note_count(found)
    workflows = run_offers.workflows()
    return render_template("pages/attention.html", found=found, v=live.fingerprint(found), workflows=workflows)


@pages.get("/live")
def poll() -> Response:
    found = attention.page(access.team().id)
    return live.answer("partials/attention.html", live.fingerprint(found), found=found)
