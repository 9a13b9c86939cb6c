"""`flask create-workflow` saves a file as a version, and says which node is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.cli.workflows import known_handlers
from dashboard.engine import definitions
from tests.cli.conftest import Flasked

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


def write(file: Path, handlers: list[str]) -> Path:
    """A definition file with a node for each of those handlers."""
    nodes = [{"id": f"n{number}", "handler": name} for number, name in enumerate(handlers)]
    file.write_text(json.dumps({"nodes": nodes, "edges": []}))  # JSON is YAML too
    return file
