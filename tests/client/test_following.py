"""Looking on while a run goes on: the command in a process of its own, the run in the hands of the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dashboard.engine import outcomes
from jobs.logbook import Logbook
from tests.browser.stage import Stage, Work
from tests.client.conftest import Terminal
from tests.views.conftest import fail

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("client site")]


@contextmanager
def going(terminal: Terminal, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "papersnitch_client", *map(str, arguments)]
    with subprocess.Popen(
        command, env=os.environ | terminal.environment | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def next_line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline()


def test_lines_come_as_they_are_written_until_the_node_is_over(terminal: Terminal, stage: Stage) -> None:
    run, claim = stage.run(), stage.claim()
    work = Work(stage, Logbook(claim))
    work.turn(1)
    with going(terminal, "logs", run, "extract_text", "--follow", "--json") as child:
        first = json.loads(next_line(child))
        assert (first["message"], first["node"], first["attempt"]) == ("step 1 of 100", "extract_text", 1)
        for step in (2, 3):
            work.turn(step)
            assert json.loads(next_line(child))["message"] == f"step {step} of 100"
        with stage._in_app():
            outcomes.succeed(claim, {})
        assert (next_line(child), child.wait(30)) == ("", 0)


def test_all_nodes_are_followed_to_the_end_of_the_run(terminal: Terminal, stage: Stage) -> None:
    run, claim = stage.run(), stage.claim()
    with going(terminal, "logs", run, "--follow") as child:
        Work(stage, Logbook(claim)).turn(1)
        assert "step 1 of 100" in next_line(child)
        with stage._in_app():
            outcomes.succeed(claim, {})
            fail(stage.claim(), "the host said no")
        rest = child.stdout.read() if child.stdout else ""
        assert "judge" in rest and "ERROR   the host said no" in rest and child.wait(30) == 0


def test_a_log_is_narrowed(terminal: Terminal, stage: Stage) -> None:
    run = stage.failed_run()
    whole = [json.loads(line) for line in terminal.says("logs", run, "--json").splitlines()]
    assert [line["level"] for line in whole] == ["info", "error"]
    assert len(terminal.says("logs", run, "extract_text", "--level", "error").splitlines()) == 1
    assert terminal.says("logs", run, "--with", "nothing like it") == ""
    assert terminal.run("logs", run, "--follow", "--attempt", 1).exit_code == 2
    assert terminal.run("logs", run, "no such node").exit_code == 1


def test_each_change_of_a_run_is_a_line(terminal: Terminal, stage: Stage) -> None:
    run = stage.run()
    with going(terminal, "watch", run, "--every", "0.2") as child:
        assert next_line(child) == f"run {run} running: 0 of 3 nodes, On Vessels\n"
        stage.finish(run)
        *_, last = child.stdout.read().splitlines() if child.stdout else [""]
        assert last == f"run {run} succeeded: 3 of 3 nodes, On Vessels" and child.wait(30) == 0
