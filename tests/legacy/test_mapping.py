"""A mapping file is checked whole before anything is read with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dashboard.engine.errors import InvalidInputError
from dashboard.engine.states import RunStatus
from dashboard.legacy import mapping
from tests.legacy import rows


def test_it_reads_the_example() -> None:
    read = mapping.load(rows.EXAMPLE)
    assert (read.key, read.zone.key, [one.id for one in read.nodes]) == (
        "id",
        "Europe/Rome",
        ["read_text", "check", "report"],
    )
    assert read.statuses["success"] == RunStatus.SUCCEEDED
    assert read.nodes[2].files == (mapping.FileColumn("report.md", text="report"),)


def test_the_guide_shows_the_example() -> None:
    guide = (rows.SAMPLES.parent / "docs" / "moving.md").read_text()
    shown = guide.partition("```yaml\n")[2].partition("```")[0]
    assert mapping.parse(yaml.safe_load(shown)) == mapping.load(rows.EXAMPLE)


def test_a_node_comes_after_the_one_above_unless_it_says_otherwise() -> None:
    nodes = [{"id": name, "output": name} for name in ("one", "two")] + [
        {"id": "three", "output": "x", "after": ["one"]}
    ]
    assert rows.mapped(nodes=nodes).shape["edges"] == [["one", "two"], ["one", "three"]]


def test_it_names_every_field_that_is_wrong() -> None:
    with pytest.raises(InvalidInputError) as caught:
        rows.mapped(key=None, colour="red", nodes=[{"id": "text"}])
    told = str(caught.value)
    assert "'key' is a required property" in told and "'colour' was unexpected" in told
    assert "nodes.0: 'output' is a required property" in told


def test_it_refuses_a_node_whose_results_pages_would_read_as_their_own() -> None:
    with pytest.raises(InvalidInputError, match="call it old_aggregate_findings"):
        rows.mapped(nodes=[{"id": "aggregate_findings", "output": "result"}])


def test_it_refuses_a_node_after_one_that_is_not_above_it() -> None:
    with pytest.raises(InvalidInputError, match="'two' comes after 'three', which is no node above it"):
        rows.mapped(nodes=[{"id": "two", "output": "x", "after": ["three"]}, {"id": "three", "output": "x"}])


def test_it_refuses_two_nodes_of_one_name() -> None:
    with pytest.raises(InvalidInputError, match="Two nodes have the id 'text'"):
        rows.mapped(nodes=[{"id": "text", "output": "x"}] * 2)


def test_it_refuses_a_file_that_has_both_a_path_and_a_text() -> None:
    with pytest.raises(InvalidInputError, match=r"nodes\.0\.files\.0"):
        rows.mapped(nodes=[{"id": "text", "output": "x", "files": [{"name": "a.md", "path": "p", "text": "t"}]}])


def test_it_refuses_a_time_zone_that_is_none() -> None:
    with pytest.raises(InvalidInputError, match="'Mars/Olympus' is no time zone"):
        rows.mapped(timezone="Mars/Olympus")


def test_it_says_what_is_no_yaml(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("nodes: [")
    with pytest.raises(InvalidInputError, match=r"m\.yaml is not YAML"):
        mapping.load(tmp_path / "m.yaml")
