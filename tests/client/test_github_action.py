"""The example that checks a paper on each push: its steps are run as the workflow has them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.browser.site import Site
from tests.client.conftest import Terminal, Terminals

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("client site")]

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "github-action"
JOB: dict[str, Any] = yaml.safe_load((EXAMPLE / "check-paper.yml").read_text())["jobs"]["paper"]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the paper and the script where the workflow looks for them."""
    (tmp_path / "repository" / ".github").mkdir(parents=True)
    (tmp_path / "repository" / ".github" / "check_paper.py").write_text((EXAMPLE / "check_paper.py").read_text())
    return tmp_path / "repository"


def push(repository: Path, environment: dict[str, str], sample: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the step named Check in a shell, as after a push of that paper."""
    (repository / "paper.pdf").write_bytes((ROOT / "samples" / sample).read_bytes())
    (step,) = (step for step in JOB["steps"] if step.get("name") == "Check")
    own = {name: value for name, value in JOB["env"].items() if "${{" not in value}
    given = {"GITHUB_SHA": COMMIT, "GITHUB_OUTPUT": str(repository / "output"), "PYTHONPATH": str(ROOT)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=repository, capture_output=True, text=True, check=False,
        env=os.environ | own | given | environment | more | {"PATH": path},
    )  # fmt: skip


@pytest.fixture
def terminal(terminals: Terminals, site: Site) -> Terminal:
    return terminals(site.email)


def test_a_good_paper_passes_and_the_comment_tells_why(repository: Path, terminal: Terminal) -> None:
    done = push(repository, terminal.environment, "good.pdf")
    assert done.returncode == 0, done.stdout + done.stderr
    comment = (repository / "comment.md").read_text()
    assert comment.startswith("### ✅ PaperSnitch: ") and "# A Tiny Denoiser for Steps and Waves" in comment
    score, run = (repository / "output").read_text().split()
    assert f"PaperSnitch: {score.removeprefix('score=')} of 100 (limit 60)" in comment
    before = len(terminal.told("runs", "tiny denoiser"))
    again = push(repository, terminal.environment, "good.pdf")  # the same job once more
    assert run.removeprefix("run=") in again.stdout
    assert len(terminal.told("runs", "tiny denoiser")) == before
    push(repository, terminal.environment, "good.pdf", GITHUB_SHA="f" * 40)  # another commit: its code is checked too
    assert len(terminal.told("runs", "tiny denoiser")) == before + 1


def test_a_paper_below_the_limit_fails_the_job(repository: Path, terminal: Terminal) -> None:
    done = push(repository, terminal.environment, "poor.pdf")
    assert done.returncode == 1, done.stdout + done.stderr
    assert (repository / "comment.md").read_text().startswith("### ❌ PaperSnitch: ")


def test_a_job_without_a_token_says_so(repository: Path) -> None:
    done = push(repository, {"PAPERSNITCH_URL": "http://127.0.0.1:1", "PAPERSNITCH_TOKEN": ""}, "poor.pdf")
    assert done.returncode == 4 and done.stdout.startswith("::error::No token for http://127.0.0.1:1")


def test_the_comment_is_posted_also_where_the_check_failed() -> None:
    names = [step.get("name") for step in JOB["steps"]]
    (comment,) = (step for step in JOB["steps"] if step.get("name") == "Comment")
    assert names.index("Check") < names.index("Comment") and comment["if"].startswith("always()")
    assert "--body-file comment.md" in comment["run"] and "${{" not in comment["run"]
