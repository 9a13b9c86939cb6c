"""Keep several programs running: prefix what they say, start the dead again, end all of them together."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from scripts.sessions import die_with_parent, members, send

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 60.0  # a program that lived this long starts afresh at the shortest pause
GRACE_SECONDS = 12.0  # a worker gives its claims back within 5

_printing = threading.Lock()


@dataclass
class Service:
    """One program that should always run. It gets a session of its own, so that Ctrl-C reaches only the supervisor."""

    name: str
    command: Sequence[str]
    pause: float = SHORTEST_PAUSE
    started_at: float = 0.0
    due_at: float = 0.0
    process: subprocess.Popen[str] | None = None
    outlives: bool = False  # the others need it to the last: it ends after them
    sessions: list[int] = field(default_factory=list)
    told: set[int] = field(default_factory=set)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it and pass on what it says."""
        self.process = subprocess.Popen(
            self.command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 (one system call, its library loaded beforehand)
        )
        self.started_at = time.monotonic()
        self.sessions.append(self.process.pid)
        threading.Thread(target=self._echo, args=(self.process,), daemon=True).start()

    def tend(self, environment: Mapping[str, str], now: float) -> None:
        """Start it again when it died and its pause is over."""
        if self.process is not None and (code := self.process.poll()) is not None:
            self._note_death(code, now)
        if self.process is None and now >= self.due_at:
            self.start(environment)

    def ask_to_stop(self) -> None:
        """Ask the program to stop, and once it is gone whatever it left behind; each is asked once."""
        if self.process is not None and self.process.poll() is None:
            asked = [self.process.pid]
        else:
            asked = members(self.sessions)
        for pid in set(asked) - self.told:
            self.told.add(pid)
            send(pid, signal.SIGTERM)

    def kill(self) -> None:
        """Kill everything that was started under it."""
        for pid in members(self.sessions):
            send(pid, signal.SIGKILL)

    def is_gone(self) -> bool:
        return not members(self.sessions)

    def _note_death(self, code: int, now: float) -> None:
        self.process = None
        lived = now - self.started_at
        self.pause = SHORTEST_PAUSE if lived > STEADY_SECONDS else min(LONGEST_PAUSE, 2 * self.pause)
        self.due_at = now + self.pause
        say(self, f"ended with status {code}; starting it again in {self.pause:g} s")

    def _echo(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                say(self, line.rstrip("\n"))


class Supervisor:
    """The services, and the wish to stop."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.services: list[Service] = []
        self.environment = environment
        self.stopping = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._stop)

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Tend the services until told to stop, or until that is true."""
        while not self.stopping.is_set():
            for service in self.services:
                service.tend(self.environment, time.monotonic())
            if until():
                return
            self.stopping.wait(0.1)

    def stop(self) -> None:
        """End every service; those that linger are killed."""
        end([service for service in self.services if not service.outlives])
        end(self.services)

    def _stop(self, _sign: int, _frame: FrameType | None) -> None:
        self.stopping.set()


def end(services: Sequence[Service]) -> None:
    """Ask the services to stop, all at once, and kill what is left after a while."""
    give_up = time.monotonic() + GRACE_SECONDS
    while not all(service.is_gone() for service in services) and time.monotonic() < give_up:
        for service in services:
            service.ask_to_stop()
        time.sleep(0.05)
    for service in services:
        service.kill()


def say(service: Service, line: str) -> None:
    """Print a line of a service."""
    with _printing:
        print(f"{service.name:9}|", line, flush=True)
