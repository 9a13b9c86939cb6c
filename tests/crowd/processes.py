"""Start worker processes, wait for what they do, and end them by their own pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class Crowd:
    """Workers and a sweeper, each a process with a session of its own."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._log = log
        self.members: list[subprocess.Popen[bytes]] = []

    def join(self, what: str = "default") -> subprocess.Popen[bytes]:
        """Start a worker of those queues, or the sweeper."""
        with self._log.open("ab") as file:
            member = subprocess.Popen(
                [sys.executable, "-m", "tests.crowd.working", what],
                cwd=ROOT, env=self._environment, stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip
        self.members.append(member)
        return member

    def kill(self, member: subprocess.Popen[bytes]) -> None:
        """kill -9 of the worker with its horse: the machine it ran on is gone."""
        for pid in [*_children_of(member.pid), member.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        member.wait()
        self.members.remove(member)

    def words(self) -> str:
        """The end of what they said."""
        return self._log.read_text(errors="replace")[-4000:]


@contextmanager
def crowd(environment: Mapping[str, str], folder: Path) -> Iterator[Crowd]:
    """A crowd for the time of the block."""
    people = Crowd(environment, folder / "crowd.log")
    try:
        yield people
    finally:
        for member in people.members:
            member.terminate()
        for member in list(people.members):
            try:
                member.wait(timeout=10)
            except subprocess.TimeoutExpired:
                people.kill(member)


def wait_until(fact: Callable[[], bool], seconds: float, otherwise: Callable[[], str]) -> None:
    """Return once the fact holds; AssertionError with what `otherwise` says when it does not in time."""
    give_up = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up, otherwise()
        time.sleep(0.05)


def _children_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []
