"""Health for load balancers: is the process up, can it serve."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Flask, current_app

from dashboard.health import Condition, Health

pages = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    app.extensions["health"] = Health(app.extensions["settings"])


@pages.get("/healthz")
def healthz() -> str:
    """This process answers; whatever else is wrong, starting it again would not help."""
    return "ok\n"


@pages.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """How each part is; 503 while one is missing without which no page can be served."""
    found = conditions()
    can_serve = all(each.is_well for each in found if each.is_needed)
    told = {each.part: each.words for each in found}
    return told, HTTPStatus.OK if can_serve else HTTPStatus.SERVICE_UNAVAILABLE


def conditions() -> list[Condition]:
    health: Health = current_app.extensions["health"]
    return health.look()
