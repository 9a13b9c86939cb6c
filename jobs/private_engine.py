"""An engine for the time of one command: a database and a queue in a temporary folder, and real workers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from flask import Flask

from dashboard import create_app
from dashboard.config import from_environment
from dashboard.extensions import Base, db
from jobs import embedded

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
PATIENCE_SECONDS = 20.0


class EngineDiedError(Exception):
    """A process of the engine did not come up, or ended before its time."""


@dataclass(frozen=True)
class Process:
    """A running process and where its output goes."""

    name: str
    child: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-1000:].strip()


@dataclass(frozen=True)
class PrivateEngine:
    """The application, and the processes that work for it."""

    app: Flask
    processes: Sequence[Process]

    def check(self) -> None:
        """EngineDiedError, with its last words, when a process has ended: nothing would move any more."""
        for process in self.processes:
            if process.child.poll() is not None:
                raise EngineDiedError(f"{process.name} ended unexpectedly:\n{process.last_words()}")


@contextmanager
def private_engine(home: Path) -> Iterator[PrivateEngine]:
    """An engine on a fresh database in `home`, with workers that run what is started; all gone at the end."""
    app = create_app(from_environment(settings_of(home)))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    environment = {**os.environ, **settings_of(home), "FLASK_APP": "wsgi"}
    flask = [sys.executable, "-m", "flask"]
    socket = home / "redis.sock"
    commands = {
        "redis": embedded.command(home / "redis", socket),
        **{f"worker-{number}": [*flask, "worker"] for number in range(WORKERS)},
        "sweeper": [*flask, "sweeper"],
    }
    with ExitStack() as running:
        processes = []
        for name, command in commands.items():
            log = embedded.log_of(home / name)
            processes.append(running.enter_context(process(name, command, environment, log)))
            if name == "redis":
                wait_for(f"unix://{socket}", processes[0])
        yield PrivateEngine(app, processes)
    with app.app_context():
        db.engine.dispose()


def settings_of(home: Path) -> dict[str, str]:
    """What the processes are told; the settings about the outside world are those of the caller."""
    return {
        "PAPERSNITCH_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'papersnitch.db'}",
        "REDIS_URL": f"unix://{home / 'redis.sock'}",
        "SECRET_KEY": "of one command",
    }


@contextmanager
def process(name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[Process]:
    """A process for the time of the block: asked to end, and killed when it does not."""
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as file:
        child = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield Process(name, child, log)
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_for(url: str, server: Process) -> None:
    """Wait until that Redis answers."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
                return
            except redis.RedisError:
                if time.monotonic() > give_up:
                    raise EngineDiedError(f"The embedded Redis did not start:\n{server.last_words()}") from None
                time.sleep(0.02)
