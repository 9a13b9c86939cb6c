"""Start worker processes, wait for what they do, and end them by their own pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.sessions import members, send

ROOT = Path(__file__).resolve().parent.parent.parent


class Crowd:
    """Workers and a sweeper, each a process with a session of its own."""

    def __init__(self, environment: Mapping[str, str], log: Path, module: str, root: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._root = root
        self._log = log
        self._log.touch()
        self._module = module
        self.members: list[subprocess.Popen[bytes]] = []
        self.sessions: list[int] = []

    def join(self, what: str = "default", through: Sequence[str] = (), **variables: str) -> subprocess.Popen[bytes]:
        """Start a worker of those queues, or the sweeper: through that command, with those variables besides."""
        with self._log.open("ab") as file:
            member = subprocess.Popen(
                [*through, sys.executable, "-m", self._module, what], cwd=self._root,
                env={**self._environment, **variables}, stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip
        self.members.append(member)
        self.sessions.append(member.pid)
        return member

    def kill(self, member: subprocess.Popen[bytes]) -> None:
        """kill -9 of the worker with its horse: the machine it ran on is gone."""
        for pid in [*children_of(member.pid), member.pid]:
            send(pid, signal.SIGKILL)
        self.leave(member)

    def leave(self, member: subprocess.Popen[bytes], seconds: float = 10) -> None:
        """Wait until a member that was told to end, or was killed, has ended."""
        member.wait(timeout=seconds)
        self.members.remove(member)

    def words(self) -> str:
        """The end of what they said."""
        return self._log.read_text(errors="replace")[-4000:]


@contextmanager
def crowd(
    environment: Mapping[str, str], folder: Path, module: str = "tests.crowd.working", root: Path = ROOT
) -> Iterator[Crowd]:
    """A crowd of the code in `root` for the time of the block; nobody who joined it, and no child, outlives it."""
    people = Crowd(environment, folder / "crowd.log", module, root)
    try:
        yield people
    finally:
        for member in people.members:
            member.terminate()
        for member in list(people.members):
            with suppress(subprocess.TimeoutExpired):
                people.leave(member)
        for pid in members(people.sessions):
            send(pid, signal.SIGKILL)
        for member in list(people.members):
            people.leave(member)


def wait_until(fact: Callable[[], bool], seconds: float, otherwise: Callable[[], str]) -> None:
    """Return once the fact holds; AssertionError with what `otherwise` says when it does not in time."""
    give_up = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up, otherwise()
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    """A worker's horse, when it has one."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()] if children.exists() else []
