"""Health for load balancers: is the process up, can it serve."""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from dashboard.extensions import db

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> str:
    return "ok\n"


@pages.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """503 while the database cannot be reached."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"database": "cannot be reached"}, 503
    return {"database": "ok"}, 200
