"""What a parser may do to the process it runs in. Called by name in the sandbox's child."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from jobs.confined import RefusalError


def answer(folder: Path, words: str) -> dict[str, str]:
    (folder / "left.txt").write_text(words)
    return {"said": words}


def refuse(folder: Path) -> None:
    raise RefusalError("The file is not for reading.")


def fail(folder: Path) -> None:
    raise LookupError("nothing was found.")


def crash(folder: Path) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def trap(folder: Path) -> None:
    os.kill(os.getpid(), signal.SIGTRAP)


def eat_memory(folder: Path) -> int:
    return len(bytearray(8 << 30))


def spin(folder: Path) -> None:
    while True:
        pass


def write_much(folder: Path) -> None:
    with (folder / "big").open("wb") as file:
        for _ in range(64):
            file.write(bytes(1 << 20))


def sleep_with_a_child(folder: Path, note: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(note).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(60)


def measure(folder: Path, function: str, arguments: dict[str, Any]) -> float:
    """Call a function of the product on a PDF, and tell the most memory held, in megabytes."""
    module, _, name = function.partition(":")
    getattr(import_module(module), name)(folder, **arguments)
    told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())  # getrusage counts the parent, too.
    return int(told.group(1)) / 1024 if told else 0.0
