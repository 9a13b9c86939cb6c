"""`flask create-workflow` saves a file as a version, and `flask workflows` leads there step by step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.cli.workflow_sources import known_handlers
from dashboard.cli.workflows import DEFAULT
from dashboard.engine import definitions
from tests.cli.conftest import Flasked
from tests.plugins.conftest import Install, install

__all__ = ["install"]  # a fixture

A_HANDLER = "ingest_pdf"


def test_it_saves_the_default_workflow(flask: Flasked) -> None:
    result = flask("create-workflow")
    assert result.exit_code == 0, result.output
    saved = definitions.list_active()
    assert [len(each.dag["nodes"]) for each in saved] == [13]


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_it_saves_a_file_under_its_own_name(flask: Flasked, tmp_path: Path, suffix: str) -> None:
    result = flask("create-workflow", write(tmp_path / f"mine{suffix}", [A_HANDLER]))
    assert result.output == "mine, version 1: 1 nodes.\n"


def test_it_makes_a_version_of_a_change_only(flask: Flasked, tmp_path: Path) -> None:
    flask("create-workflow", write(tmp_path / "mine.json", [A_HANDLER]))
    flask("create-workflow", write(tmp_path / "mine.json", [A_HANDLER]))
    assert definitions.active("mine").version == 1
    flask("create-workflow", write(tmp_path / "mine.json", [A_HANDLER, A_HANDLER]))
    assert definitions.active("mine").version == 2


def test_it_names_a_node_whose_handler_nobody_has(flask: Flasked, tmp_path: Path) -> None:
    result = flask("create-workflow", write(tmp_path / "mine.json", ["conjure"]))
    assert result.exit_code == 1
    assert "'n0'" in result.output and "'conjure'" in result.output


def test_it_says_that_a_file_is_no_yaml(flask: Flasked, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("nodes: [")
    result = flask("create-workflow", tmp_path / "broken.yaml")
    assert result.exit_code == 1
    assert result.output.startswith("Error: broken.yaml cannot be read")


def test_it_knows_the_handlers_of_this_machine() -> None:
    assert A_HANDLER in (known_handlers() or ())


def test_it_checks_a_file_line_by_line(flask: Flasked, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("nodes:\n  - id: ingest_pdf\n    tries: 3\n  - id: a b\n    queue: c d\n")
    result = flask("workflows", "check", tmp_path / "mine.yaml")
    assert result.exit_code == 1
    assert [line.strip()[:6] for line in result.output.splitlines()] == ["Error:", "Line 3", "Line 5"]
    good = flask("workflows", "check", write(tmp_path / "mine.json", [A_HANDLER]))
    assert (good.exit_code, "is a workflow: 1 nodes, 0 edges" in good.output) == (0, True)


def test_it_draws_what_waits_for_what(flask: Flasked) -> None:
    drawn = flask("workflows", "draw", DEFAULT).output.splitlines()
    assert drawn[1].split() == ["1", "ingest_pdf", "default:", "ingest_pdf", "first"]
    assert drawn[-1].split()[-2:] == ["after", "compute_score"]


def test_a_draft_waits_until_it_is_activated(flask: Flasked, tmp_path: Path) -> None:
    flask("create-workflow", write(tmp_path / "mine.json", [A_HANDLER]))
    drafted = flask("workflows", "draft", write(tmp_path / "mine.json", [A_HANDLER, A_HANDLER]))
    assert drafted.output == "mine, version 2: 2 nodes. A draft: /workflows/mine shows it.\n"
    assert definitions.active("mine").version == 1
    assert flask("workflows", "activate", "mine", 2).output == "mine, version 2: 2 nodes. New runs take it.\n"
    assert definitions.active("mine").version == 2


def test_a_package_s_workflow_is_a_source(flask: Flasked, install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "def many():\n    return {'nodes': [{'id': f'n{n}', 'handler': 'ingest_pdf'} for n in range(3)]}\n"
    install("own-steps", code, workflows={"many": "many"})
    monkeypatch.setenv("PAPERSNITCH_PLUGINS", "own-steps")
    assert flask("create-workflow", "own-steps/many").output == "many, version 1: 3 nodes.\n"
    assert "no such" not in flask("workflows", "check", "own-steps/many").output
    assert "the workflow 'own-steps/few'" in flask("workflows", "check", "own-steps/few").output


def test_it_says_that_there_is_no_such_file(flask: Flasked) -> None:
    assert "There is no file here/none.yaml" in flask("workflows", "draw", "here/none.yaml").output


def write(file: Path, handlers: list[str]) -> Path:
    """A definition file with a node for each of those handlers."""
    nodes = [{"id": f"n{number}", "handler": name} for number, name in enumerate(handlers)]
    file.write_text(json.dumps({"nodes": nodes, "edges": []}))  # JSON is YAML too
    return file
