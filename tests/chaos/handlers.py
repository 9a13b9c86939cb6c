"""Handlers that misbehave, each in its own way, and one that does not."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import resource
import signal
import time

from jobs.context import NodeContext
from jobs.registry import handler
from tests.crowd import working as working  # its handlers: nothing, moment, hour


@handler("steady")
def steady(context: NodeContext) -> dict[str, object]:
    """Works for as many seconds as its configuration says; a line of log, a file, and what its ancestors left."""
    context.log(f"{context.node.node_id}, attempt {context.node.attempt}")
    time.sleep(float(context.node_input.get("seconds", 0.1)))
    context.artifact("note.txt", f"{context.node.node_id} of run {context.node.run_id}", "text/plain")
    return {"seen": sorted(context.upstream_outputs)}


@handler("bulky")
def bulky(context: NodeContext) -> dict[str, object]:
    """Leaves a file of as many bytes as its configuration says, like no other."""
    context.artifact("bulk.bin", os.urandom(int(context.node_input["bytes"])))
    return {}


@handler("segfault")
def segfault(context: NodeContext) -> dict[str, object]:
    """Reads address zero."""
    return {"never": repr(ctypes.string_at(0))}


@handler("quits")
def quits(context: NodeContext) -> dict[str, object]:
    """Ends the process without a word."""
    os._exit(0)


@handler("killed")
def killed(context: NodeContext) -> dict[str, object]:
    """Dies as the kernel's OOM killer has it: by SIGKILL, from one moment to the next."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {"never": True}


@handler("greedy")
def greedy(context: NodeContext) -> dict[str, object]:
    """Asks for more memory than its process may have, which Python survives: a failure, not a crash."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, hard))
    try:
        return {"never": len(bytearray(16 << 30))}
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@handler("sleeps")
def sleeps(context: NodeContext) -> dict[str, object]:
    """Hangs where a signal reaches it."""
    _note_pid(context)
    time.sleep(3600)
    return {"never": True}


@handler("blocks")
def blocks(context: NodeContext) -> dict[str, object]:
    """Hangs with every signal blocked that can be."""
    _note_pid(context)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(3600)
    return {"never": True}


@handler("swallows")
def swallows(context: NodeContext) -> dict[str, object]:
    """Hangs, and goes on whatever is raised in it."""
    _note_pid(context)
    while True:
        try:
            time.sleep(3600)
        except BaseException:
            continue


@handler("calls_c")
def calls_c(context: NodeContext) -> dict[str, object]:
    """Hangs in C, where Python's signal handlers do not run; the other threads go on."""
    _note_pid(context)
    return {"never": hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1).hex()}


@handler("holds_gil")
def holds_gil(context: NodeContext) -> dict[str, object]:
    """Hangs in C and holds the GIL: no other thread of the process runs."""
    _note_pid(context)
    return {"never": (3**400_000_000).bit_length()}


@handler("backtracks")
def backtracks(context: NodeContext) -> dict[str, object]:
    """Hangs in a regular expression, which holds the GIL too."""
    _note_pid(context)
    return {"never": bool(re.match(r"(a+)+$", "a" * 80 + "b"))}


def _note_pid(context: NodeContext) -> None:
    """Say which process hangs, for the test to see it end."""
    context.log(str(os.getpid()))
    with open(context.node_input["notes"], "a") as file:  # noqa: PTH123
        print(os.getpid(), file=file)
