"""The worker processes of a contender, for the time of a measurement. Standard library only: peers import it too."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

from scripts import sessions
from scripts.sessions import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
GRACE_SECONDS = 10.0


@contextmanager
def crew(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str], log: Path, is_ready: Callable[[], bool]
) -> Iterator[None]:
    """Those programs, running and ready; RuntimeError with the end of their log when they are not in time."""
    members: list[subprocess.Popen[bytes]] = []
    try:
        members += [_start(command, environment, log) for command in commands]
        _wait(is_ready, log)
        yield
    finally:
        _end(members)


def _start(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            start_new_session=True, preexec_fn=die_with_parent,  # noqa: PLW1509 (one system call, its library loaded beforehand)
        )  # fmt: skip


def _wait(is_ready: Callable[[], bool], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while not is_ready():
        if time.monotonic() > give_up:
            raise RuntimeError(f"The workers did not come up: {log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)


def _end(members: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask them to stop, then kill whatever their sessions still hold."""
    for member in members:
        member.terminate()
    give_up = time.monotonic() + GRACE_SECONDS
    while any(member.poll() is None for member in members) and time.monotonic() < give_up:
        time.sleep(0.05)
    for pid in sessions.members([member.pid for member in members]):
        sessions.send(pid, SIGKILL)
    for member in members:
        member.wait()
