"""Handlers that misbehave, each in its own way, and one that does not."""

from __future__ import annotations

import ctypes
import os
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
