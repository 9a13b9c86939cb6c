"""Handlers that hang, each deaf in another way, and hold a lock that tells whether they still do."""

from __future__ import annotations

import fcntl
import hashlib
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.context import NodeContext
from jobs.registry import handler


@handler("sleeps")
def sleeps(context: NodeContext) -> dict[str, object]:
    """Where a signal reaches it."""
    with _inside(context):
        time.sleep(3600)
    return {}


@handler("blocks")
def blocks(context: NodeContext) -> dict[str, object]:
    """With every signal blocked that can be."""
    with _inside(context):
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(3600)
    return {}


@handler("swallows")
def swallows(context: NodeContext) -> dict[str, object]:
    """Whatever is raised in it, it goes on."""
    with _inside(context):
        while True:
            try:
                time.sleep(3600)
            except BaseException:
                continue


@handler("calls_c")
def calls_c(context: NodeContext) -> dict[str, object]:
    """In C, where Python's signal handlers do not run; the other threads go on."""
    with _inside(context):
        return {"never": hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1).hex()}


@handler("holds_gil")
def holds_gil(context: NodeContext) -> dict[str, object]:
    """In C with the GIL held: no other thread of the process runs."""
    with _inside(context):
        return {"never": (3**400_000_000).bit_length()}


@handler("backtracks")
def backtracks(context: NodeContext) -> dict[str, object]:
    """In a regular expression, which holds the GIL too."""
    with _inside(context):
        return {"never": bool(re.match(r"(a+)+$", "a" * 80 + "b"))}


def begun(locks: Path) -> int:
    """How many handlers began to hang."""
    return len([*locks.iterdir()])


def still_inside(locks: Path) -> list[str]:
    """Which handlers hang on. The kernel lets go of the lock of a process that dies."""
    return [path.name for path in locks.iterdir() if _is_locked(path)]


def _is_locked(path: Path) -> bool:
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _inside(context: NodeContext) -> Iterator[None]:
    with Path(context.node_input["locks"], f"{context.node.node_id} {context.node.id}").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
