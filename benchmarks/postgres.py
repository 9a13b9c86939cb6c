"""A private PostgreSQL on its defaults, under which every commit is flushed to disk."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import ServiceError, free_port

FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")
START_SECONDS = 30.0


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a fresh cluster with no database in it; ServiceError where there is no PostgreSQL."""
    programs, user = _programs(), _user()
    with tempfile.TemporaryDirectory(prefix="papersnitch-postgres-") as folder, Path(folder, "log").open("wb") as log:
        port, data = str(free_port()), f"{folder}/data"
        if user:
            shutil.chown(folder, user)
        make = [f"{programs}/initdb", f"--pgdata={data}", "--username=postgres", "--auth=trust", "--encoding=UTF8"]
        subprocess.run(make, user=user, cwd=folder, stdout=log, stderr=log, check=True)
        serve = [f"{programs}/postgres", "-D", data, "-h", "127.0.0.1", "-p", port, "-k", folder]
        server = subprocess.Popen(serve, user=user, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(server, [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", port], Path(log.name))
            yield f"postgresql://postgres@127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)  # end at once, but in good order
            server.wait(timeout=30)


def _programs() -> Path:
    """The folder of the server's programs; Debian keeps it out of the PATH."""
    needed = ("initdb", "postgres", "pg_isready")
    on_path = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    installed = [place for folder in FOLDERS for place in sorted(Path(folder).glob("*/bin"), reverse=True)]
    for place in on_path + installed:
        if all((place / name).exists() for name in needed):
            return place
    raise ServiceError("There is no PostgreSQL here (Debian: apt install postgresql).")


def _user() -> str | None:
    """As whom it runs: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    there = {entry.pw_name for entry in pwd.getpwall()}
    found = next((name for name in ("postgres", "nobody") if name in there), None)
    if found is None:
        raise ServiceError("PostgreSQL refuses to run as root, and there is no user postgres or nobody.")
    return found


def _wait(server: subprocess.Popen[bytes], is_ready: list[str], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while subprocess.call(is_ready):
        if server.poll() is not None or time.monotonic() > give_up:
            raise ServiceError(f"PostgreSQL did not come up: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
