"""docs/workflows.md says what a node may say."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import yaml

from dashboard.engine import dag

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "workflows.md").read_text()


def test_its_example_is_a_workflow() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    shape = dag.parse(yaml.safe_load(example))
    assert [(node.reuse, node.concurrency, node.hold is not None) for node in shape.nodes] == [
        (True, None, False),
        (False, 2, False),
        (False, None, True),
    ]


def test_it_explains_every_setting_of_a_node_and_no_other() -> None:
    told = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert sorted(told) == sorted(field.name for field in fields(dag.NodeSpec))
