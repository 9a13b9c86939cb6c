"""docs/tutorial-workflow.md, typed as a reader would: the package installed, its workflow run, the model asked."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from dashboard.engine import artifacts
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, WorkflowDefinition, WorkflowRun
from jobs import registry
from tests import factories
from tests.agents import scripts
from tests.agents.model_server import serving

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "own_workflow"
PAGE = (ROOT / "docs" / "tutorial-workflow.md").read_text()
CODE = "\n".join(file.read_text() for file in EXAMPLE.rglob("*.*") if file.suffix in (".py", ".toml", ".yaml"))
TYPED = re.findall(r"^\$ (.+)$", PAGE, re.MULTILINE)
START = "make run"
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1"}  # no registry is asked for anything


@pytest.mark.parametrize("block", re.findall(r"```(?:python|toml|yaml)\n(.*?)```", PAGE, re.DOTALL))
def test_what_the_page_prints_stands_in_the_example(block: str) -> None:
    assert block in CODE


@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_what_the_page_says_to_type_works(
    in_app: Flask, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker stands for `make run`, which tests/setup starts whole; commands are called within this process."""
    factories.team("Readers")
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr(registry, "_handlers", dict(registry.load_all()))
    for name, value in {**OFFLINE, "PIP_TARGET": str(tmp_path / "site")}.items():
        monkeypatch.setenv(name, value)
    before, after = TYPED[: TYPED.index(START)], TYPED[TYPED.index(START) + 1 :]
    with serving(scripts.honest) as server:
        told = [typed(in_app, command, monkeypatch) for command in before]
        assert "is a workflow: 6 nodes, 6 edges." in told[-3]
        assert re.search(r"4  energy +ai: own-workflow/ask_paper  after screen_text, extract_evidence", told[-2])
        monkeypatch.setenv("PAPERSNITCH_MODEL_URL", server.url)
        with worker({**environment, "PYTHONPATH": str(tmp_path / "site")}):
            told = [typed(in_app, command, monkeypatch) for command in after]
        assert server.asked
    assert told[0].startswith("energy, version 1: 6 nodes. A draft")
    assert_the_run_is_done()


def assert_the_run_is_done() -> None:
    db.session.rollback()
    assert db.session.query(WorkflowRun).one().status == "SUCCEEDED"
    assert "1.0.0" in {one.handler_version for one in db.session.query(NodeAttempt)}
    kept = db.session.query(NodeArtifact).filter_by(name="answers.md").one()
    answers = artifacts.path_of(kept.sha256).read_text()
    assert answers.startswith("## Energy: met\n\nThe passage says so. (openai:qwen3:8b)\n\n> ")
    assert {one.name for one in db.session.query(WorkflowDefinition)} == {"energy", "three_questions"}


def typed(app: Flask, command: str, terminal: pytest.MonkeyPatch) -> str:
    """What the command printed."""
    program, *words = shlex.split(command)
    if program == "export":
        for name, _, value in (word.partition("=") for word in words):
            terminal.setenv(name, value)
        return ""
    if program == ".venv/bin/flask":
        result = app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        return result.output
    assert program == ".venv/bin/pip", command
    done = subprocess.run([sys.executable, "-m", "pip", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    importlib.invalidate_caches()
    return done.stdout


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[None]:
    """A worker that serves every queue until the reader is done."""
    program = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(program, cwd=ROOT, env={**os.environ, **environment})
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)
