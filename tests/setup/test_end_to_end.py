"""`make run`, whole: processes, database, queue and all (`test_analyze.py` has the other command)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.timeout(120)


def test_it_serves_until_it_is_interrupted_and_leaves_nothing_running(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "PAPERSNITCH_HOME": str(tmp_path / "home"), "PORT": str(port), "WEB_PROCESSES": "1"}
    for name in ("DATABASE_URL", "REDIS_URL"):
        environment.pop(name, None)
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "scripts.serve"], cwd=ROOT, env=environment, stdout=log,
                                  stderr=log, start_new_session=True)  # fmt: skip
    try:
        assert "Sign in" in _page(f"http://127.0.0.1:{port}/login", tmp_path / "log")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
    assert "/welcome/" in (tmp_path / "log").read_text()
    assert _processes_of(tmp_path / "home") == []


def _page(address: str, log: Path) -> str:
    give_up = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except (URLError, ConnectionError, TimeoutError):  # it listens before it can answer
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.2)


def _processes_of(home: Path) -> list[str]:
    """Processes that were told to work in that home."""
    mine = f"PAPERSNITCH_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mine in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_text())
        except OSError:
            continue
    return found
