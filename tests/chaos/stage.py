"""The stage of the faults: a MariaDB, a Redis and workers of its own, which may be killed and started again."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from flask import Flask
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import DBAPIError

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine.states import RUN_FINISHED, NodeStatus, RunStatus
from dashboard.engine.tables import node, run
from dashboard.extensions import db
from scripts.sessions import send
from tests import factories, schemas, services
from tests.crowd import invariants
from tests.crowd.processes import Crowd, crowd
from tests.crowd.shapes import fifteen

# A crash counts against a node even when we are the ones who kill: only the fault that is about poison sets it low.
QUICK = {"LEASE_SECONDS": "3", "HEARTBEAT_SECONDS": "0.5", "SWEEP_SECONDS": "0.5", "MAX_CRASHES": "100"}


class Stage:
    """The servers, the application in this process, and `crowd`, the workers of the fault being played."""

    crowd: Crowd

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._port = services.free_port()
        self.start_database()
        self.start_redis()
        url = schemas.fresh_database(self.database.url, "stage")
        self._schema = schemas.Schema(url)
        self.environment = {"DATABASE_URL": url, "REDIS_URL": self.redis.url, "SECRET_KEY": "only for tests",
                            "PAPERSNITCH_HOME": str(folder / "home"), **QUICK}  # fmt: skip
        self.app: Flask = create_app(from_environment(self.environment))
        self._began = time.monotonic()

    def start_database(self, *options: str) -> None:
        """Start MariaDB where it was, with every commit on the disk before it is answered."""
        self.database = services.private_mariadb(self.folder / "mariadb", self._port, *options)

    def stop_database(self) -> None:
        """Let MariaDB shut down."""
        services.end(_pid(self.database), seconds=60)

    def kill_database(self) -> None:
        """kill -9 of MariaDB."""
        _kill(_pid(self.database))

    def start_redis(self) -> None:
        """Start an empty Redis where it was."""
        self.redis = services.private_redis(self.folder / "redis")

    def kill_redis(self) -> None:
        """kill -9 of Redis, which keeps nothing."""
        _kill(_pid(self.redis))

    @contextmanager
    def cleared(self, name: str, module: str = "tests.chaos.working") -> Iterator[None]:
        """Nothing in the servers, nobody in the crowd: for the time of one fault, in the application's context."""
        self._clear()
        folder = self.folder / "crowds" / name
        folder.mkdir(parents=True, exist_ok=True)
        with self.app.app_context(), crowd(self.environment, folder, module) as self.crowd:
            self._began = time.monotonic()
            yield

    @property
    def seconds(self) -> float:
        """Since the fault's beginning."""
        return round(time.monotonic() - self._began, 1)

    def start(self, count: int, handler: str = "steady", **config: Any) -> list[int]:
        """Start runs of fifteen nodes with that handler and configuration; their ids."""
        return self.start_workflow(count, **fifteen(handler, **config))

    def start_workflow(self, count: int, **dag: Any) -> list[int]:
        """Start runs of the workflow with those nodes and edges; their ids."""
        workflow, of = factories.definition(**dag), factories.paper()
        return [factories.started_run(of, workflow) for _ in range(count)]

    def workers(self, count: int, **variables: str) -> list[subprocess.Popen[bytes]]:
        """That many workers join the crowd, and a sweeper; the workers."""
        self.crowd.join("sweeper", **variables)
        return [self.crowd.join(**variables) for _ in range(count)]

    def succeeded(self) -> int:
        """How many nodes have succeeded; 0 while the database does not answer."""
        return self.count(_count_of(node.c.status == NodeStatus.SUCCEEDED)) or 0

    def wait_all(self, seconds: float) -> bool:
        """Wait until every run has ended; whether they did in that time."""
        unended = _count_of(run.c.status.not_in(sorted(RUN_FINISHED)))
        give_up = time.monotonic() + seconds
        while self.count(unended) != 0:
            if time.monotonic() > give_up:
                return False
            time.sleep(0.05)
        return True

    def count(self, query: Any) -> int | None:
        """The number a query answers; None while the database does not answer."""
        try:
            with db.engine.connect() as connection:
                return int(connection.execute(query).scalar_one())
        except DBAPIError:
            return None

    def broken(self, ended: RunStatus = RunStatus.SUCCEEDED) -> dict[str, int]:
        """Each broken invariant and how many rows break it, when every run should have ended like that."""
        others = self.count(_count_of(run.c.status != ended))
        return invariants.broken() | ({f"a run that is not {ended.lower()}": others} if others else {})

    def holds(self, worker: subprocess.Popen[bytes]) -> bool:
        """Whether the worker holds a claim; its name ends with its process id."""
        return bool(
            self.count(_count_of(node.c.claim_token.is_not(None), node.c.claimed_by.endswith(f":{worker.pid}")))
        )

    def misplaced(self, expected: Mapping[str, NodeStatus]) -> dict[str, int]:
        """How many nodes of each name are not in the state they should be in."""
        counts = {
            f"{name} is not {status}": self.count(_count_of(node.c.node_id == name, node.c.status != status))
            for name, status in expected.items()
        }
        return {name: count for name, count in counts.items() if count}

    def words(self) -> str:
        """The end of what the crowd said."""
        return self.crowd.words()

    def close(self) -> None:
        """End the servers and remove what they wrote."""
        with self.app.app_context():
            db.engine.dispose()
        self._schema.close()
        for server in (self.database, self.redis):
            services.end(_pid(server))
        shutil.rmtree(self.folder, ignore_errors=True)

    def _clear(self) -> None:
        self._schema.empty()
        with redis.Redis.from_url(self.redis.url) as client:
            client.flushall()
        shutil.rmtree(self.folder / "home", ignore_errors=True)


def _count_of(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).where(*conditions)


def _pid(server: services.Server) -> int:
    assert server.pid is not None
    return server.pid


def _kill(pid: int) -> None:
    send(pid, signal.SIGKILL)
    while not services.is_gone(pid):
        time.sleep(0.01)
