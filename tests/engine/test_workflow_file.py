"""A workflow's file is refused with line and key of each fault, and with what was probably meant."""

from __future__ import annotations

import functools
import json
from dataclasses import fields

import pytest

from dashboard.engine import dag, workflow_file
from dashboard.engine.errors import InvalidInputError

WHOLE = """\
name: careful
nodes:
  - {id: read, handler: extract_text}
  - id: ask
    queue: ai
    config: {since: 2024-01-31}
edges:
  - [read, ask]
"""
KNOWN = {"extract_text", "ask", "own-steps/count"}


def refusals(text: str, known: set[str] | None = None) -> tuple[str, ...]:
    with pytest.raises(InvalidInputError) as refused:
        workflow_file.read(text, known)
    return refused.value.sentences


def test_a_whole_file_is_a_workflow() -> None:
    record = workflow_file.read(WHOLE, KNOWN)
    made = workflow_file.proposal(record)
    assert (made.name, [node["id"] for node in made.record["nodes"]]) == ("careful", ["read", "ask"])
    assert made.record["nodes"][1]["config"] == {"since": "2024-01-31"}
    assert workflow_file.proposal(record, "bold").name == "bold"


def test_json_with_tabs_is_one_too() -> None:
    text = json.dumps({"name": "j", "nodes": [{"id": "read"}]}, indent="\t")
    assert workflow_file.read(text)["nodes"] == [{"id": "read"}]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    queue: ai\n", "    timeout: 5\n",
         "Line 5, nodes[1].timeout: there is no such field. Did you mean timeout_seconds?"),
        ("    queue: ai\n", "    queue: ai\n    queue: net\n", "Line 6, nodes[1].queue: is given twice."),
        ("    queue: ai\n", "    yes: ai\n", "Line 5, nodes[1].yes: is no word: put it in quotes."),
        ("    queue: ai\n", "    max_attempts: often\n",
         'Line 5, nodes[1].max_attempts: "often" is not of the type integer.'),
        ("    queue: ai\n", "    max_attempts: 500\n", "Line 5, nodes[1].max_attempts: 500 is more than 100."),
        ("  - id: ask\n    queue", "  - queue", "Line 4, nodes[1].id: is missing."),
        ("  - id: ask", "  - id: read", "Line 4, nodes[1].id: another node has the id 'read'."),
        ("[read, ask]", "[reed, ask]", "Line 8, edges[0]: 'reed' is no node. Did you mean read?"),
        ("name: careful", "nam: careful", "Line 1, nam: there is no such field. Did you mean name?"),
        ("handler: extract_text", "handler: extract_txt",
         "Line 3, nodes[0].handler: there is no handler 'extract_txt' for 'read'. Did you mean extract_text?"),
        ("handler: extract_text", "handler: other/ask",
         "Line 3, nodes[0].handler: there is no handler 'other/ask' for 'read'. Install the package other where "
         "workers run, and name it in PAPERSNITCH_PLUGINS there."),
        ("handler: extract_text", "handler: own-steps/cout",
         "Line 3, nodes[0].handler: there is no handler 'own-steps/cout' for 'read'. Did you mean own-steps/count?"),
        ("  - id: ask", "  - id: a/b", 'Line 4, nodes[1].id: "a/b" is not one line without /.'),
        ("queue: ai", "queue: a b", 'Line 5, nodes[1].queue: "a b" is not 1 to 64 of a-z, A-Z, 0-9, - and _.'),
        ("name: careful", "name: &a careful\ndescription: *a", "Line 2: write it out: *a is not read."),
        ("edges:", "edges: {", None),
        ("since: 2024-01-31", "since: .nan", None),
        ("since: 2024-01-31", 'since: "\\ud800"', None),
        ("since: 2024-01-31", "since: !!python/object:os.system x", None),
    ],
)  # fmt: skip
def test_each_fault_is_told(old: str, new: str, told: str | None) -> None:
    assert old in WHOLE
    found = refusals(WHOLE.replace(old, new), KNOWN)
    assert (told is None and found) or told in found


def test_every_fault_is_told_at_once_from_the_top() -> None:
    text = WHOLE.replace("queue: ai", "queue: a b").replace("handler: extract_text", "handlr: x") + "end: now\n"
    assert [sentence.split(",")[0] for sentence in refusals(text)] == ["Line 3", "Line 5", "Line 9"]


@pytest.mark.parametrize("text", ["", "words", "[]", "nodes: []", "nodes: {}", "a: " * 2, "[" * 5000, "x" * 300_001])
def test_what_is_no_workflow_is_refused(text: str) -> None:
    assert refusals(text)


def test_a_record_made_by_python_has_keys_and_no_lines() -> None:
    with pytest.raises(InvalidInputError) as refused:
        workflow_file.checked({"nodes": ({"id": "a", "timeout": 1},)})
    assert refused.value.sentences == ("nodes[0].timeout: there is no such field. Did you mean timeout_seconds?",)
    assert workflow_file.checked({"nodes": ({"id": "a"},)}) == {"nodes": [{"id": "a"}]}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "objekt"}, "is not a JSON Schema"),
        ({"$ref": "http://127.0.0.1:1/schema"}, "refers to 'http://127.0.0.1:1/schema'"),
        (functools.reduce(lambda inner, _: {"not": inner}, range(240), {}), "goes too deep"),
    ],
)
def test_a_schema_that_cannot_be_checked_is_refused(schema: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        workflow_file.proposal({"name": "mine", "nodes": [{"id": "one"}], "input_schema": schema})


def test_the_schema_knows_every_setting_of_a_node_and_no_other() -> None:
    assert set(workflow_file.SCHEMA["$defs"]["node"]["properties"]) == {field.name for field in fields(dag.NodeSpec)}
