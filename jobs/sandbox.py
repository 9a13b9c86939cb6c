"""Run a function in a child process that cannot take the worker down: bounded memory, time and files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dashboard.engine.errors import PermanentError, TransientError
from jobs.confined import Limits

_CHILD = "import sys, pathlib, jobs.confined; jobs.confined.main(pathlib.Path(sys.argv[1]))"
_ROOT = Path(__file__).resolve().parent.parent
_FAULTS = {
    signal.SIGXCPU: "it used more than its share of processor time",
    signal.SIGKILL: "it was killed, most likely for the memory it took",
    signal.SIGSEGV: "it crashed",
    signal.SIGBUS: "it crashed",
    signal.SIGABRT: "it gave up, most likely for want of memory",
    signal.SIGILL: "it gave up, most likely for want of memory",  # How PDFium ends itself, by the processor.
    signal.SIGTRAP: "it gave up, most likely for want of memory",
    signal.SIGXFSZ: "it wrote more than it may",
}


class DiedError(PermanentError):
    """The child was ended by what it worked on: it crashed, or it needed more than it may have."""


@dataclass(frozen=True)
class Answer:
    """What the child returned, and the files it left, by name."""

    value: Any
    files: Mapping[str, bytes]


def run(function: str, arguments: Mapping[str, Any], task: str, limits: Limits | None = None) -> Answer:
    """Call `package.module:function(folder, **arguments)` in a child and hand back what it returned and left there.

    `task` names the work in messages ("Reading the PDF"). PermanentError when the function refuses its input, its
    kind DiedError when it breaks a limit or crashes; TransientError at the wall clock.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="papersnitch-") as name:
        folder = Path(name)
        order = {"function": function, "arguments": dict(arguments), "limits": asdict(limits), "parent": os.getpid()}
        (folder / "order.json").write_text(json.dumps(order), "utf-8")
        code, stderr = _wait(_spawn(folder), limits.wall_seconds, task)
        return _read_answer(folder, code, stderr, task)


def _spawn(folder: Path) -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH", "TZ") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", _CHILD, str(folder)],
        cwd=_ROOT,
        env={**kept, "HOME": str(folder), "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _wait(child: subprocess.Popen[bytes], seconds: float, task: str) -> tuple[int, bytes]:
    try:
        _, stderr = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise TransientError(f"{task} took longer than {seconds:g} s and was stopped.") from error
    finally:
        _kill_group(child)
    return child.returncode, stderr[-2000:]


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # The group has gone, as it should have.
    finally:
        child.wait()
        if child.stderr:
            child.stderr.close()


def _read_answer(folder: Path, code: int, stderr: bytes, task: str) -> Answer:
    answer = folder / "answer.json"
    if code or not answer.is_file():
        raise DiedError(f"{task} failed: {_cause(code, stderr)}.")
    record = json.loads(answer.read_text("utf-8"))
    if "died" in record:
        raise DiedError(record["died"])
    if "refused" in record:
        raise PermanentError(record["refused"])
    left = [path for path in folder.iterdir() if path.is_file() and path.name not in {"order.json", "answer.json"}]
    return Answer(record["value"], {path.name: path.read_bytes() for path in left})


def _cause(code: int, stderr: bytes) -> str:
    if code < 0:
        number = signal.Signals(-code)
        return _FAULTS.get(number, f"it was ended by {number.name}")
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].rstrip(".") if lines else f"it ended with status {code}"
