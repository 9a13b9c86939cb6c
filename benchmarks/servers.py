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
    place = make_url(server)
    with pymysql.connect(host=place.host, port=place.port or 3306, user=place.username) as connection:
        connection.cursor().execute("SET GLOBAL innodb_flush_log_at_trx_commit=1")
    return schemas.fresh_database(server, name)
