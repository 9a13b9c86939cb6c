"""A database without tables, a Redis, and the two sides of an upgrade on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.extensions import db
from tests import schemas, services
from tests.crowd.processes import crowd
from tests.upgrade import sides, versions
from tests.upgrade.sides import Side


@pytest.fixture
def bare_environment(mariadb_server: str, worker_name: str, tmp_path: Path) -> dict[str, str]:
    """The variables of a site whose database has no tables yet."""
    server = services.shared("redis", services.real_redis).url
    number = 0 if worker_name == "main" else int(worker_name.removeprefix("gw")) % 16
    with Redis.from_url(f"{server}?db={number}") as client:
        client.flushdb()
    return {
        "DATABASE_URL": schemas.fresh_database(mariadb_server, f"upgrade_{worker_name}"),
        "REDIS_URL": f"{server}?db={number}",
        "PAPERSNITCH_HOME": str(tmp_path / "home"),
        "SECRET_KEY": "only for tests",
        "PAPERSNITCH_CHECK_LINKS": "0",
        "SWEEP_SECONDS": "0.5",
        "FLASK_APP": "wsgi",
    }


@pytest.fixture
def bare_app(bare_environment: dict[str, str]) -> Iterator[Flask]:
    """This version of the application on that database, its context open."""
    app = create_app(from_environment(bare_environment))
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def older(bare_app: Flask, bare_environment: dict[str, str], tmp_path: Path) -> Iterator[Side]:
    """The version before this one, nothing of it up yet."""
    version = versions.older(tmp_path / "older")
    (tmp_path / "of older").mkdir()
    with crowd(bare_environment, tmp_path / "of older", sides.MODULE, version.root) as people:
        yield Side(version, people, bare_environment)


@pytest.fixture
def newer(bare_app: Flask, bare_environment: dict[str, str], tmp_path: Path) -> Iterator[Side]:
    """This version, nothing of it up yet."""
    (tmp_path / "of newer").mkdir()
    with crowd(bare_environment, tmp_path / "of newer", sides.MODULE) as people:
        yield Side(versions.NEWER, people, bare_environment)
