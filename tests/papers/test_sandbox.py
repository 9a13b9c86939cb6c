"""Whatever the child does, the worker lives and can say what happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.engine.errors import PermanentError, TransientError
from jobs.confined import Limits
from jobs.sandbox import run

HERE = "tests.papers.misbehaviour"


def test_it_hands_back_what_was_returned_and_what_was_left() -> None:
    found = run(f"{HERE}:answer", {"words": "well done"}, "The task")
    assert found.value == {"said": "well done"}
    assert found.files == {"left.txt": b"well done"}


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("refuse", "^The file is not for reading.$"),
        ("fail", "The task failed: LookupError: nothing was found"),
        ("crash", "The task failed: it crashed"),
        ("trap", "The task failed: it gave up, most likely for want of memory"),
        ("eat_memory", "needs more memory"),
    ],
)
def test_it_tells_what_went_wrong(function: str, message: str) -> None:
    with pytest.raises(PermanentError, match=message):
        run(f"{HERE}:{function}", {}, "The task")


def test_it_ends_a_child_that_computes_for_ever() -> None:
    with pytest.raises(PermanentError, match="processor time"):
        run(f"{HERE}:spin", {}, "The task", Limits(cpu_seconds=1))


def test_it_ends_a_child_that_writes_without_end() -> None:
    with pytest.raises(PermanentError, match=r"The task failed: .*(wrote more|File too large)"):
        run(f"{HERE}:write_much", {}, "The task", Limits(file_size=1 << 20))


def test_it_ends_a_child_that_hangs_and_the_childs_own_children(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    with pytest.raises(TransientError, match=r"longer than 1\.5 s"):
        run(f"{HERE}:sleep_with_a_child", {"note": str(note)}, "The task", Limits(wall_seconds=1.5))
    assert all(is_gone(int(pid)) for pid in note.read_text().split())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_it_takes_the_child_along_when_the_worker_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    code = f"from jobs.sandbox import run; run('{HERE}:sleep_with_a_child', {{'note': {str(note)!r}}}, 'The task')"
    root = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen([sys.executable, "-c", code], cwd=root) as worker:
        wait_for(lambda: note.is_file() and len(note.read_text().split()) == 2)
        worker.send_signal(signal.SIGKILL)
    child, grandchild = (int(pid) for pid in note.read_text().split())
    try:
        wait_for(lambda: is_gone(child))
    finally:
        os.kill(grandchild, signal.SIGKILL)


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def wait_for(fact: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
