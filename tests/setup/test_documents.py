"""The documents say what the code does: every state, every command, every variable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.engine.states import SEED_WORDS, NodeStatus, RunStatus

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("status", [*RunStatus, *NodeStatus])
def test_every_state_is_explained(status: str) -> None:
    assert re.search(rf"^\| `{status}` \| \w+", (ROOT / "docs/states.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("status", list(NodeStatus))
def test_every_state_has_the_seeds_word(status: NodeStatus) -> None:
    row = re.search(rf"^\| `{status}` \|[^|]+\|([^|]+)\|$", (ROOT / "docs/states.md").read_text(), re.MULTILINE)
    assert row and SEED_WORDS[status] in row[1]


def test_every_variable_of_the_readme_is_read_somewhere() -> None:
    table = (ROOT / "README.md").read_text().split("| variable |")[1].split("\n\n")[0]
    names = re.findall(r"`([A-Z_]+)`", table)
    folders = ("dashboard", "jobs", "scripts")
    code = "".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.py"))
    code += (ROOT / "gunicorn.conf.py").read_text()
    assert names and [name for name in names if f'"{name}"' not in code] == []


def test_no_command_of_the_documents_is_unknown_to_make() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = {
        target
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
        for target in re.findall(r"`?make ([a-z-]+)", (ROOT / name).read_text())
    }
    assert told <= targets
