"""Private servers for a benchmark: a MariaDB and a PostgreSQL that flush every commit to disk, and a Redis.

The Redis keeps nothing on disk (no AOF, no snapshots) for everybody alike: the fastest it can be, also for those
peers whose only memory it is.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql
from sqlalchemy.engine import make_url

from tests import schemas, services


@contextmanager
def server_folder() -> Iterator[Path]:
    """A folder in which the servers of one benchmark live; they end with the block."""
    with tempfile.TemporaryDirectory(prefix="papersnitch-bench-") as name:
        os.environ[services.FOLDER] = name
        try:
            yield Path(name)
        finally:
            services.stop_all(Path(name))
            del os.environ[services.FOLDER]
            Path(name).mkdir(exist_ok=True)


def redis_url() -> str:
    """The Redis of this benchmark."""
    return services.shared("redis", services.real_redis).url


def mariadb_url(name: str = "bench") -> str:
    """An empty database of that name on a MariaDB with `innodb_flush_log_at_trx_commit=1`."""
    server = services.shared("mariadb", services.mariadb).url
    with _connect(server) as connection:
        connection.cursor().execute("SET GLOBAL innodb_flush_log_at_trx_commit=1")
    return schemas.fresh_database(server, name)


@contextmanager
def sibling(url: str, suffix: str) -> Iterator[str]:
    """An empty database beside that one, dropped after the block."""
    fresh = schemas.fresh_database(url, suffix)
    try:
        yield fresh
    finally:
        with _connect(url) as connection:
            connection.cursor().execute(f"DROP DATABASE `{make_url(fresh).database}`")


def _connect(url: str) -> pymysql.Connection[Any]:
    place = make_url(url)
    return pymysql.connect(host=place.host, port=place.port or 3306, user=place.username, password=place.password or "")
