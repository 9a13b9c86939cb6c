"""The tests' own ground: both databases and both Redis servers are real, and start empty."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from dashboard.extensions import db
from dashboard.models import Team
from tests import factories


def test_it_runs_on_both_databases(in_app: Flask, engine_url: str) -> None:
    version = "SELECT sqlite_version()" if engine_url.startswith("sqlite") else "SELECT version()"
    with db.engine.connect() as connection:
        assert connection.execute(text(version)).scalar_one()


def test_it_starts_with_an_empty_database_the_first_time(in_app: Flask) -> None:
    assert db.session.query(Team).count() == 0
    factories.team()


def test_it_starts_with_an_empty_database_the_second_time(in_app: Flask) -> None:
    test_it_starts_with_an_empty_database_the_first_time(in_app)
