"""Migrations build, from nothing, exactly what the models say, and take it down again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.extensions import db
from tests import schemas


@pytest.fixture(params=["mariadb", "sqlite"])
def bare_app(request: pytest.FixtureRequest, tmp_path: Path, worker_name: str) -> Iterator[Flask]:
    """The application on a database without a single table."""
    url = f"sqlite:///{tmp_path / 'bare.db'}"
    if request.param == "mariadb":
        url = schemas.fresh_database(request.getfixturevalue("mariadb_server"), f"bare_{worker_name}")
    app = create_app(from_environment({"DATABASE_URL": url, "PAPERSNITCH_HOME": str(tmp_path), "SECRET_KEY": "test"}))
    with app.app_context():
        yield app
        db.engine.dispose()


def test_it_upgrades_to_exactly_what_the_models_say(bare_app: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_it_downgrades_to_nothing(bare_app: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]


def test_it_upgrades_again_after_a_downgrade(bare_app: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    upgrade()
    assert "workflow_node" in inspect(db.engine).get_table_names()


def test_it_has_one_head() -> None:
    assert len(ScriptDirectory("migrations").get_heads()) == 1
