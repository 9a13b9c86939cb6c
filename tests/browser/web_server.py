"""The web process of a site, which a test may take away and bring back."""

from __future__ import annotations

import os
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self
from urllib.error import URLError

from jobs.private_engine import process

STARTS_WITHIN_SECONDS = 30.0


class WebServer:
    """Gunicorn on that port for the time of a `with`; `away()` is the time of a crash and a restart."""

    def __init__(self, port: int, environment: Mapping[str, str], log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--threads", "8"]
        self._environment, self._log = {**os.environ, **environment}, log
        self._running = ExitStack()

    def __enter__(self) -> Self:
        started = process("web", self._command, self._environment, self._log)
        self._leader = self._running.enter_context(started).child
        wait_for(f"{self.url}/healthz")
        return self

    def __exit__(self, *_error: object) -> None:
        self._running.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers during the block: the process and its children are killed, and others start after."""
        os.killpg(self._leader.pid, signal.SIGKILL)
        self._leader.wait()
        self._running.close()
        try:
            yield
        finally:
            self.__enter__()


def wait_for(url: str) -> None:
    """Wait until that address answers."""
    give_up = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (URLError, OSError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)
