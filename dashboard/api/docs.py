"""The page that tells programmers what programs may ask, made from the same description."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from dashboard.api import guard, manual
from dashboard.api.description import description
from dashboard.config import Settings

pages = Blueprint("docs", __name__, url_prefix="/api/docs")


@pages.get("")
def show() -> str:
    """For people who are signed in; the description itself is open to all."""
    settings: Settings = current_app.extensions["settings"]
    nouns = manual.nouns(description())
    amount = f"{guard.AMOUNT} requests in {guard.SECONDS} seconds"
    return render_template("pages/api_docs.html", nouns=nouns, amount=amount, site=settings.public_url.rstrip("/"))
