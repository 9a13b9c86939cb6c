"""What may stand in the way of serving, each with a plain message."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotServeError(Exception):
    """Something is in the way; the message says what, and what mends it."""


def check_port(host: str, port: str) -> None:
    """Refuse a port that is no number, is not ours to take, or is taken."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise CannotServeError(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    other = f"make run PORT={int(port) + 1 if 1024 <= int(port) < 65535 else 8001}"
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, int(port)))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CannotServeError(
            f"Port {port} of {host} cannot be had: {reason}. Stop what holds it, or choose another: {other}"
        ) from None


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the folder, so that a second start on it says so instead of fighting over its files."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "serving.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServeError(
                f"PaperSnitch already runs on {home}. Stop it first, or name another folder: PAPERSNITCH_HOME=..."
            ) from None
        yield
