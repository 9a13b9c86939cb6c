"""A saver on each database; a paper that was read; a model that does as it is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import Engine, create_engine

from dashboard.extensions import engine_options, tune
from jobs.agents import calls
from jobs.agents.saver import SqlCheckpointSaver
from tests.agents.model_server import ModelServer, Script, serving
from tests.agents.reading import REPOSITORY, SAMPLES, Endpoint, read
from tests.handlers.conftest import Chain


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    """An empty database with every table, MariaDB and SQLite in turn."""
    engine = tune(create_engine(engine_url, **engine_options(engine_url)))
    yield engine
    engine.dispose()


@pytest.fixture
def saver(engine: Engine) -> SqlCheckpointSaver:
    return SqlCheckpointSaver(engine)


@pytest.fixture(scope="session")
def good_paper(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The good sample, read, and its repository fetched from its bundle."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERSNITCH_CHECK_LINKS", "0")
        patch.setenv("REPOSITORY_MIRRORS", f"https://github.com/papersnitch-samples/={SAMPLES}/")
        return read(SAMPLES / "good.pdf", tmp_path_factory.mktemp("good"), *REPOSITORY)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """`with endpoint(script, format="tool") as server`: workers ask that server, and wait for nothing."""
    for name in [name for name in os.environ if name.startswith(("PAPERSNITCH_MODEL", "PAPERSNITCH_RUN_CAP"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(calls, "_pause", lambda _tries: 0.0)

    @contextmanager
    def serve(script: Script, run_cap: str = "", **settings: str) -> Iterator[ModelServer]:
        with serving(script) as server, pytest.MonkeyPatch.context() as patch:
            patch.setenv("PAPERSNITCH_MODEL", "openai:scripted")
            patch.setenv("PAPERSNITCH_MODEL_URL", server.url)
            patch.setenv("PAPERSNITCH_RUN_CAP", run_cap)
            for name, value in settings.items():
                patch.setenv(f"PAPERSNITCH_MODEL_{name.upper()}", value)
            yield server

    def of(script: Script, **settings: str) -> AbstractContextManager[ModelServer]:
        return serve(script, **settings)

    return of
