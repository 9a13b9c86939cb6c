"""Where a horse stood when it hung or crashed. faulthandler writes its stack from C, whoever holds the interpreter."""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import tempfile
import time
from pathlib import Path

SIGNAL = signal.SIGUSR2
PATIENCE_SECONDS = 0.5
SETTLED_SECONDS = 0.05
LIMIT = 100_000
ROOT = Path(__file__).resolve().parent.parent

_FRAME = re.compile(r'File "(.+)", line (\d+) in (.+)')


class LastWords:
    """A file without a name that a worker shares with its horse."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the worker lives)

    def listen(self) -> None:
        """In the horse: write the stack on a crash, and whenever the worker asks."""
        faulthandler.enable(self._file, all_threads=False)
        faulthandler.register(SIGNAL, self._file, all_threads=True)

    def ask(self, pid: int) -> None:
        """Have the horse write where it is. One that does not answer in time (it was frozen, say) has no last words."""
        self.forget()
        os.kill(pid, SIGNAL)
        give_up = time.monotonic() + PATIENCE_SECONDS
        size = 0
        while time.monotonic() < give_up and (not size or size != self._size()):
            size = self._size()
            time.sleep(SETTLED_SECONDS)

    def read(self) -> str:
        """What it wrote of the handler's thread, the innermost call first; empty when it said nothing."""
        text = os.pread(self._file.fileno(), LIMIT, 0).decode("utf-8", "replace")
        *_others, main = text.split("\n\n") if text.startswith(("Thread", "Current")) else [text]
        return main.partition("\nExtension modules:")[0].strip()

    def forget(self) -> None:
        self._file.seek(0)
        self._file.truncate()

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size


def frame_of(words: str) -> str:
    """The innermost line of our own code in it: `jobs/handlers/reading.py:40 in extract`; empty when there is none."""
    for filename, line, name in _FRAME.findall(words):
        path = Path(filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts:
            return f"{path.relative_to(ROOT)}:{line} in {name}"
    return ""
