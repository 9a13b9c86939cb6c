"""The supervisor keeps programs running and leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.sessions import members

SUPERVISE = """
import os, sys
from scripts.supervisor import Service, Supervisor
supervisor = Supervisor(os.environ)
supervisor.services = [Service("one", [sys.executable, "-u", "-c", sys.argv[1]])]
supervisor.run()
supervisor.stop()
"""
SLEEPS = "import os, time; print('pid', os.getpid()); time.sleep(600)"
LEAVES_A_GROUP = """
import os, time
if os.fork() == 0:
    os.setpgrp()
    print("pid", os.getpid())
    time.sleep(600)
time.sleep(600)
"""


class Supervised:
    """A supervisor in a process of its own, watching one Python program."""

    def __init__(self, program: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, program],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": "."},
        )

    def next_pid(self) -> int:
        """The process number the program prints next."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "pid" in line:
                return int(line.split()[-1])
        raise AssertionError("the program said nothing")

    def end(self, sign: signal.Signals) -> None:
        self.process.send_signal(sign)
        self.process.wait(timeout=20)


@pytest.fixture
def supervise() -> Iterator[Callable[[str], Supervised]]:
    started: list[Supervised] = []

    def start(program: str) -> Supervised:
        started.append(Supervised(program))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()
        assert each.process.stdout is not None
        each.process.stdout.close()


def test_it_starts_a_dead_program_again(supervise: Callable[[str], Supervised]) -> None:
    supervised = supervise(SLEEPS)
    first = supervised.next_pid()
    os.kill(first, signal.SIGKILL)
    assert supervised.next_pid() != first


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_the_program_when_told_to_stop(supervise: Callable[[str], Supervised], sign: signal.Signals) -> None:
    supervised = supervise(SLEEPS)
    pid = supervised.next_pid()
    supervised.end(sign)
    assert is_gone(pid)


def test_it_ends_what_a_program_left_in_a_group_of_its_own(supervise: Callable[[str], Supervised]) -> None:
    supervised = supervise(LEAVES_A_GROUP)
    pid = supervised.next_pid()
    supervised.end(signal.SIGTERM)
    assert is_gone(pid)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent died")
def test_a_program_ends_when_the_supervisor_is_killed(supervise: Callable[[str], Supervised]) -> None:
    supervised = supervise(SLEEPS)
    pid = supervised.next_pid()
    supervised.end(signal.SIGKILL)
    assert is_gone(pid)


def test_it_finds_the_processes_of_a_session() -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as child:
        assert members([child.pid]) == [child.pid]
        child.kill()
    assert members([child.pid]) == []


def is_gone(pid: int) -> bool:
    """Whether the process has ended, within a moment."""
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False
