"""Private MariaDB and Redis servers for the tests: started once, shared by every pytest worker, gone at the end."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pymysql
import redis

from jobs import embedded

FOLDER = "PAPERSNITCH_TEST_SERVICES"  # the environment variable that tells the workers where the servers live
PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])


class ServiceError(Exception):
    """A server the tests need cannot be started."""


@dataclass(frozen=True)
class Server:
    """A running server: where it answers and which process it is (none when it is somebody else's)."""

    url: str
    pid: int | None = None


def find(*names: str) -> str | None:
    """The path of the first of those programs that this machine has."""
    return next((path for name in names if (path := shutil.which(name, path=PLACES))), None)


def shared(name: str, start: Callable[[Path], Server]) -> Server:
    """The server of that name, started by whoever asks first."""
    folder = Path(os.environ[FOLDER])
    card = folder / f"{name}.json"
    with _locked(folder / f"{name}.lock"):
        if not card.exists():
            server = start(folder / name)
            card.write_text(json.dumps({"url": server.url, "pid": server.pid}))
        return Server(**json.loads(card.read_text()))


def stop_all(folder: Path) -> None:
    """End every server that was started in that folder, and remove what they wrote."""
    pids = [json.loads(card.read_text())["pid"] for card in folder.glob("*.json")]
    for pid in filter(None, pids):
        end(pid)
    shutil.rmtree(folder, ignore_errors=True)


def mariadb(folder: Path) -> Server:
    """A MariaDB with an empty root password on a free port of 127.0.0.1, or the one TEST_DATABASE_URL names."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return Server(url)
    return private_mariadb(folder, free_port(), "--innodb-flush-log-at-trx-commit=0")


def private_mariadb(folder: Path, port: int, *options: str) -> Server:
    """Start the MariaDB of that folder, which is made the first time: one that was ended or killed goes on."""
    install, daemon = find("mariadb-install-db", "mysql_install_db"), find("mariadbd", "mysqld")
    if not install or not daemon:
        raise ServiceError("No MariaDB here: `make test` installs one; or set TEST_DATABASE_URL.")
    # A server of its own temporary folder: at its start MariaDB removes temporary tables that others keep in /tmp.
    places = [f"--datadir={folder / 'data'}", f"--tmpdir={folder}"]
    common = ["--no-defaults", *places, *(["--user=root"] if os.geteuid() == 0 else [])]
    if not folder.exists():
        folder.mkdir(parents=True)
        _run([install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"], folder / "install.log")
    address = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder / 's'}", "--max-connections=500"]
    lean = ["--skip-log-bin", "--performance-schema=OFF"]
    pid = _spawn([daemon, *common, *address, *lean, *options], folder / "server.log")
    _wait(lambda: pymysql.connect(host="127.0.0.1", port=port, user="root").close(), pid, folder / "server.log")
    return Server(f"mysql+pymysql://root@127.0.0.1:{port}/papersnitch_test", pid)


def real_redis(folder: Path) -> Server:
    """A Redis or Valkey of this machine, or the one TEST_REDIS_URL names."""
    if url := os.environ.get("TEST_REDIS_URL"):
        return Server(url)
    return private_redis(folder)


def private_redis(folder: Path) -> Server:
    """Start the Redis of that folder, which keeps nothing when it ends."""
    daemon = find("redis-server", "valkey-server")
    if not daemon:
        raise ServiceError("No Redis here: `make test` installs one; or set TEST_REDIS_URL.")
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--port", "0", "--save", "", "--unixsocket", str(folder / "s")]
    return _answering_redis([daemon, *options], folder)


def embedded_redis(folder: Path) -> Server:
    """The server that `make run` starts."""
    return _answering_redis(embedded.command(folder, folder / "s"), folder)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answering_redis(command: Sequence[str], folder: Path) -> Server:
    pid = _spawn(command, folder / "server.log")
    url = f"unix://{folder / 's'}"

    def ping() -> None:
        with redis.Redis.from_url(url) as client:
            client.ping()

    _wait(ping, pid, folder / "server.log")
    return Server(url, pid)


def _run(command: Sequence[str], log: Path) -> None:
    with log.open("wb") as file:
        done = subprocess.run(command, stdout=file, stderr=file, check=False)
    if done.returncode:
        raise ServiceError(f"{command[0]} failed: {log.read_text(errors='replace')[-2000:]}")


def _spawn(command: Sequence[str], log: Path) -> int:
    with log.open("wb") as file:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True)
    child.returncode = 0  # it outlives this process on purpose: `stop_all` ends it
    return child.pid


def _wait(answers: Callable[[], None], pid: int, log: Path, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            return answers()
        except (pymysql.err.OperationalError, redis.ConnectionError) as error:
            if time.monotonic() > until or is_gone(pid):
                raise ServiceError(f"The server did not come up: {log.read_text(errors='replace')[-2000:]}") from error
            time.sleep(0.05)


def end(pid: int, seconds: float = 10) -> None:
    """End a server and wait until it is gone; kill it when it takes too long."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + seconds
        while not is_gone(pid) and time.monotonic() < until:
            os.kill(pid, sign)
            time.sleep(0.05)


def is_gone(pid: int) -> bool:
    """Whether the process has ended."""
    try:
        if os.waitpid(pid, os.WNOHANG) != (0, 0):
            return True
    except ChildProcessError:
        pass  # started by another worker, which has ended since
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
