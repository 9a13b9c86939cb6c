"""What would notice a success: a listener inside, names that all lead there, and a file only a payload would make."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.repositories.git import Git

_resolve = socket.getaddrinfo
_connect = socket.socket.connect


@dataclass
class Trap:
    """`port` is where it listens on both loopbacks; `canary` is the file that must never be there."""

    canary: Path
    listeners: tuple[socket.socket, ...]
    tried: list[Any] = field(default_factory=list)
    fetches: int = 0

    @property
    def port(self) -> int:
        return int(self.listeners[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """How many have come in since it was asked last."""
        return sum(_taken(listener) for listener in self.listeners)

    def check(self) -> None:
        """Nobody came and nothing was run."""
        assert self.connections == 0
        assert not self.canary.exists()


@contextmanager
def set_trap(folder: Path) -> Iterator[Trap]:
    """The trap, set for the time of the block; its canary would be in that folder."""
    with socket.create_server(("127.0.0.1", 0)) as four:
        four.setblocking(False)
        listeners = (four, *_on_ipv6(four.getsockname()[1]))
        yield Trap(folder / "canary", listeners)
        for listener in listeners:
            listener.close()


def overhear(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note whom this process tries to reach and how often git is told to fetch; every name leads to this machine."""
    run = Git.run

    def connect(this: socket.socket, address: Any) -> None:
        trap.tried.append(address)
        _connect(this, address)

    def run_noted(git: Git, *words: str, **how: Any) -> bytes:
        trap.fetches += words[0] == "fetch"
        return run(git, *words, **how)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lead_here)
    monkeypatch.setattr(Git, "run", run_noted)


def lead_here(host: str, port: int | None, *given: Any, **more: Any) -> Any:
    """A resolver in the attacker's hands: whatever is no number is 127.0.0.1."""
    try:
        return _resolve(host, port, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return _resolve("127.0.0.1", port, type=socket.SOCK_STREAM)


def _on_ipv6(port: int) -> tuple[socket.socket, ...]:
    """A listener at that port of the other loopback; none where the machine has no IPv6."""
    with suppress(OSError):
        six = socket.create_server(("::1", port), family=socket.AF_INET6)
        six.setblocking(False)
        return (six,)
    return ()


def _taken(listener: socket.socket) -> int:
    found = 0
    with suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            found += 1
    return found
