"""Private servers for a benchmark: a MariaDB and a PostgreSQL that flush every commit to disk, and a Redis.

The Redis writes nothing to disk (no AOF, no snapshots), for everybody alike: the fastest it can be, also for those
peers whose only memory it is.
"""

from __future__ import annotations

import secrets
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pymysql
from redis import Redis
from sqlalchemy.engine import make_url

from benchmarks.postgres import postgres
from tests import schemas, services

DURABLE = "--innodb-flush-log-at-trx-commit=1"


class Servers:
    """The servers of one benchmark, each started when it is first asked for. `folder` is free for other files too."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._urls: dict[str, str] = {}

    def redis(self) -> str:
        """An empty Redis."""
        url = self._once("redis", self._start_redis)
        with Redis.from_url(url) as client:
            client.flushall()
        return url

    def mariadb(self) -> str:
        """An empty database."""
        return schemas.fresh_database(self._once("mariadb", self._start_mariadb), secrets.token_hex(4))

    def postgres(self) -> str:
        """A database that is not there yet."""
        url = self._once("postgres", lambda: self._stack.enter_context(postgres()))
        return f"{url}/benchmark_{secrets.token_hex(4)}"

    def new_file(self, name: str) -> Path:
        """A file that is not there yet."""
        return self.folder / f"{secrets.token_hex(4)}-{name}"

    def _once(self, name: str, start: Callable[[], str]) -> str:
        if name not in self._urls:
            self._urls[name] = start()
        return self._urls[name]

    def _start_redis(self) -> str:
        return self._ended_with_us(services.private_redis(self.folder / "redis"))

    def _start_mariadb(self) -> str:
        return self._ended_with_us(services.private_mariadb(self.folder / "mariadb", services.free_port(), DURABLE))

    def _ended_with_us(self, server: services.Server) -> str:
        if server.pid is not None:
            self._stack.callback(services.end, server.pid)
        return server.url


@contextmanager
def private() -> Iterator[Servers]:
    """Servers for the time of the block, also when we are told to end before it does."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="papersnitch-bench-") as name, ExitStack() as stack:
            yield Servers(Path(name), stack)
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def sibling(url: str, suffix: str) -> Iterator[str]:
    """An empty database beside that one, dropped after the block."""
    fresh = schemas.fresh_database(url, suffix)
    place = make_url(fresh)
    try:
        yield fresh
    finally:
        with connect(url) as connection:
            connection.cursor().execute(f"DROP DATABASE `{place.database}`")


def connect(url: str) -> pymysql.Connection[Any]:
    """A plain connection to that MariaDB, each statement a transaction."""
    place = make_url(url)
    return pymysql.connect(host=place.host, port=place.port or 3306, user=place.username, autocommit=True,
                           password=place.password or "", database=place.database)  # fmt: skip
