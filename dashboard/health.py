"""Whether what a web process needs is there: database, tables, Redis, storage. Looked at anew, for two seconds at most.

Each part is looked at in a thread of its own, since what hangs (a disk over the network, a host that drops packets)
cannot be stopped: the look is given up, and nobody begins a second one while it lasts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

import redis
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from dashboard import storage
from dashboard.config import Settings
from dashboard.engine.errors import StorageError

SECONDS = 2.0
ROOT = Path(__file__).resolve().parent.parent
WELL = "ok"
NOTHING = "0" * 64  # no file has this hash


@dataclass(frozen=True)
class Condition:
    """How a part is, in words for anybody: no address, no version. Without what `is_needed` no page can be served."""

    part: str
    words: str = WELL
    is_well: bool = True
    is_needed: bool = True


class Health:
    """The parts of one application. Redis is not needed: pages work on, and sweepers ring once it is back."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = storage.of(settings)
        self._engine = impatient(settings.database_url)
        self._looks = (
            Look(self._database, Condition("database", "does not answer", False)),
            Look(self._redis, Condition("redis", "does not answer", False, is_needed=False)),
            Look(self._storage, Condition("storage", "does not answer", False)),
        )

    def look(self) -> list[Condition]:
        """All of them, looked at side by side."""
        until = time.monotonic() + SECONDS
        turns = [look.begin() for look in self._looks]
        return [condition for turn in turns for condition in turn.wait(until)]

    def _database(self) -> list[Condition]:
        try:
            with self._engine.connect() as connection:
                found = set(MigrationContext.configure(connection).get_current_heads())
        except SQLAlchemyError:
            return [Condition("database", "cannot be reached", False)]
        return [Condition("database"), of_tables(found)]

    def _redis(self) -> list[Condition]:
        url = self._settings.redis_url
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS) as client:
                client.ping()
        except redis.RedisError:
            return [Condition("redis", "cannot be reached", False, is_needed=False)]
        return [Condition("redis")]

    def _storage(self) -> list[Condition]:
        """The folder takes a file; the bucket, where there is one, says that it has no file of nothing."""
        folder = self._settings.artifact_folder
        trial = folder / f".trial-{uuid4().hex}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            trial.write_bytes(b"")
            trial.unlink()
            self._store.size_of(NOTHING)
        except (OSError, StorageError):
            return [Condition("storage", "cannot be used", False)]
        return [Condition("storage")]


class Look:
    """One part, looked at by one thread at a time; `hanging` is how it is when that does not come back."""

    def __init__(self, look: Callable[[], list[Condition]], hanging: Condition) -> None:
        self._look = look
        self._hanging = hanging
        self._lock = threading.Lock()
        self._turn: Turn | None = None

    def begin(self) -> Turn:
        """A look that has just begun, or the one that lasts still."""
        with self._lock:
            if self._turn is None or not self._turn.is_alive():
                self._turn = Turn(self._look, self._hanging)
                self._turn.start()
            return self._turn


class Turn(threading.Thread):
    """One look."""

    def __init__(self, look: Callable[[], list[Condition]], hanging: Condition) -> None:
        super().__init__(name="health", daemon=True)
        self._look = look
        self._found = [hanging]

    def run(self) -> None:
        self._found = self._look()

    def wait(self, until: float) -> list[Condition]:
        """What was found by that moment."""
        self.join(max(0.0, until - time.monotonic()))
        return self._found


def of_tables(found: set[str]) -> Condition:
    """Tables of a later version than this one's are well: migrations only add, so that old processes work on."""
    scripts = migrations()
    if found - scripts.keys():
        return Condition("tables", "of a later version, which this one can use")
    if not any(scripts[revision] for revision in found):
        return Condition("tables", "of an earlier version: run `flask db upgrade`", False)
    return Condition("tables")


@cache
def migrations() -> dict[str, bool]:
    """The revisions this version knows, and whether each is the latest."""
    directory = ScriptDirectory(str(ROOT / "migrations"))
    return {script.revision: script.is_head for script in directory.walk_revisions()}


def impatient(url: str) -> Engine:
    """An engine for a look: a fresh connection each time, and every wait bounded."""
    if make_url(url).get_backend_name() == "sqlite":
        return create_engine(url, poolclass=NullPool, connect_args={"timeout": SECONDS})
    patience = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), SECONDS)
    return create_engine(url, poolclass=NullPool, connect_args=patience)
