"""The child's side of `jobs.sandbox`: bind the limits, do the work, leave the answer. Imports as little as it can."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

_PR_SET_PDEATHSIG = 1


class RefusalError(Exception):
    """The work cannot be done on this input, and trying again will not mend it. The message is what a person reads."""


@dataclass(frozen=True)
class Limits:
    """What the child may use: address space and file size in bytes, processor and wall clock in seconds."""

    memory: int = 1 << 30
    file_size: int = 256 << 20
    cpu_seconds: int = 60
    wall_seconds: float = 90.0


def main(folder: Path) -> None:
    """Take the order in `folder`, work, leave `answer.json` there."""
    order = json.loads((folder / "order.json").read_text("utf-8"))
    _die_with(order["parent"])
    _bind(Limits(**order["limits"]))
    module, _, name = order["function"].partition(":")
    try:
        record = {"value": getattr(import_module(module), name)(folder, **order["arguments"])}
    except MemoryError:
        record = {"died": "The file needs more memory to read than a worker may use."}
    except RefusalError as error:
        record = {"refused": str(error)}
    (folder / "answer.json").write_text(json.dumps(record), "utf-8")


def _die_with(parent: int) -> None:
    """Have the kernel end this process with its parent (Linux; elsewhere the wall clock has to do)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("The worker had gone before the work began")


def _bind(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_size, limits.file_size))
    if sys.platform == "linux":  # Other kernels count or refuse address space differently.
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
