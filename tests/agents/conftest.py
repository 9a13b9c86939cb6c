"""A saver on each database, and criteria, sources and assessors that do as they are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from dashboard.extensions import engine_options, tune
from jobs.agents.saver import SqlCheckpointSaver


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    """An empty database with every table, MariaDB and SQLite in turn."""
    engine = tune(create_engine(engine_url, **engine_options(engine_url)))
    yield engine
    engine.dispose()


@pytest.fixture
def saver(engine: Engine) -> SqlCheckpointSaver:
    return SqlCheckpointSaver(engine)
