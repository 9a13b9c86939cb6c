"""Processes by their session: a work-horse leaves its worker's group, but not its session."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path


def members(sessions: Sequence[int]) -> list[int]:
    """The living processes of those sessions."""
    return [pid for pid in _all_pids() if _session_of(pid) in sessions]


def send(pid: int, sign: signal.Signals) -> None:
    """Signal a process that may just have ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, sign)


def _load_prctl() -> Callable[..., int] | None:
    import ctypes

    return getattr(ctypes.CDLL(None), "prctl", None)


_prctl = _load_prctl()


def die_with_parent() -> None:
    """On Linux: end when the supervisor is killed and cannot end us itself."""
    if _prctl is not None:
        _prctl(1, signal.SIGTERM)


def _all_pids() -> list[int]:
    if Path("/proc/self/stat").exists():
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True)
    return [int(pid) for pid in listed.stdout.split()]


def _session_of(pid: int) -> int | None:
    try:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return None
    except OSError:
        pass
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None
