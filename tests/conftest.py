"""What every test may ask for: real servers, an empty database on each of both engines, the application on top."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from dashboard import create_app
from dashboard.config import Settings, from_environment
from dashboard.extensions import db, limiter
from tests import schemas, services


def pytest_configure(config: pytest.Config) -> None:
    if services.FOLDER not in os.environ:
        os.environ[services.FOLDER] = tempfile.mkdtemp(prefix="papersnitch-")
        config.stash[_own_folder] = Path(os.environ[services.FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_own_folder, None):
        services.stop_all(folder)
        del os.environ[services.FOLDER]


_own_folder = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """Which pytest worker this is: gw0, gw1, ... or main."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def mariadb_server() -> str:
    """The URL of the private MariaDB."""
    return services.shared("mariadb", services.mariadb).url


@pytest.fixture(scope="session")
def mariadb_schema(mariadb_server: str, worker_name: str) -> Iterator[schemas.Schema]:
    schema = schemas.on_mariadb(mariadb_server, worker_name)
    yield schema
    schema.close()


@pytest.fixture(scope="session")
def sqlite_schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemas.Schema]:
    schema = schemas.on_sqlite(tmp_path_factory.mktemp("sqlite"))
    yield schema
    schema.close()


@pytest.fixture(params=["mariadb", "sqlite"])
def engine_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database with every table: the test runs once on MariaDB and once on SQLite."""
    schema: schemas.Schema = request.getfixturevalue(f"{request.param}_schema")
    yield schema.url
    schema.empty()


@pytest.fixture
def redis_url(engine_url: str, worker_name: str) -> str:
    """An empty Redis: a real server beside MariaDB, the embedded one beside SQLite."""
    is_embedded = engine_url.startswith("sqlite")
    start = services.embedded_redis if is_embedded else services.real_redis
    url = services.shared("embedded_redis" if is_embedded else "redis", start).url
    number = 0 if worker_name == "main" else int(worker_name.removeprefix("gw")) % 16
    with services.redis.Redis.from_url(f"{url}?db={number}") as client:
        client.flushdb()
    return f"{url}?db={number}"


@pytest.fixture
def environment(engine_url: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """The variables under which the command line and the workers meet this test's servers."""
    return {
        "DATABASE_URL": engine_url,
        "REDIS_URL": redis_url,
        "PAPERSNITCH_HOME": str(tmp_path / "home"),
        "SECRET_KEY": "only for tests",
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return from_environment(environment)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each template is compiled once a session, not once for the application of each test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application, without a context: a request or `in_app` brings one."""
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    with app.app_context():
        limiter.reset()
        db.engine.dispose()


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """The application with its context open, for calling the engine's verbs directly."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody has signed in with."""
    return app.test_client()
