"""What one version of a workflow changes in another."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard import svg
from dashboard.engine import dag
from dashboard.reads.version_changes import Change, Version, between

NAMES = ("a", "b", "c", "d")
PAIRS = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] < pair[1]))


def version(edges: str, form: dict[str, Any] | None = None, **settings: Any) -> Version:
    """`a-b b-c`, the settings given to `b`."""
    pairs = [word.split("-") for word in edges.split()]
    names = dict.fromkeys(name for pair in pairs for name in pair)
    nodes = [{"id": name, **(settings if name == "b" else {})} for name in names]
    return Version(dag.parse({"nodes": nodes, "edges": [pair for pair in pairs if len(pair) == 2]}), form or {})


def test_the_same_changes_nothing() -> None:
    assert between(version("a-b"), version("a-b")).are_none


def test_a_setting_is_shown_on_both_sides() -> None:
    changes = between(version("a-b", timeout_seconds=900), version("a-b", timeout_seconds=60))
    assert changes.of_nodes == (Change("changed", "b: timeout_seconds", "900", "60"),)
    assert changes.kinds == {"a": "same", "b": "changed"}


def test_a_node_that_came_and_one_that_went() -> None:
    changes = between(version("a-b"), version("a-c"))
    assert [(one.kind, one.what) for one in changes.of_nodes] == [("added", "c"), ("removed", "b")]
    assert changes.of_nodes[0].before == ""
    assert "handler c" in changes.of_nodes[0].after
    assert "handler b" in changes.of_nodes[1].before


def test_edges_are_told_and_drawn() -> None:
    changes = between(version("a-b b-c"), version("a-b a-c"))
    assert changes.of_edges == (
        Change("added", "a → c", "", "c waits for a"),
        Change("removed", "b → c", "c waits for b", ""),
    )
    assert dict(changes.kinds_of_edges) == {("a", "b"): "same", ("a", "c"): "added", ("b", "c"): "removed"}


def test_an_edge_turned_around_is_told_on_both_sides_and_drawn_the_new_way() -> None:
    changes = between(version("a-b"), version("b-a"))
    assert {change.kind for change in changes.of_edges} == {"added", "removed"}
    assert changes.edges == (("b", "a"),)


def test_a_circle_through_a_removed_node_is_not_drawn() -> None:
    changes = between(version("a-x x-b"), version("b-a"))
    assert set(changes.nodes) == {"a", "b", "x"}
    assert len(changes.edges) == 2


def test_fields_of_the_form_are_told_by_name() -> None:
    old = {"type": "object", "properties": {"venue": {"type": "string"}, "year": {"type": "integer"}}}
    new = {"type": "object", "properties": {"venue": {"enum": ["MIDL"]}}, "required": ["venue"]}
    changes = between(version("a", old), version("a", new))
    assert [(one.kind, one.what) for one in changes.of_form] == [
        ("changed", "field venue"), ("added", "required"), ("removed", "field year"),
    ]  # fmt: skip


@given(PAIRS, PAIRS)
def test_any_two_versions_can_be_drawn_together(old: set[tuple[str, str]], new: set[tuple[str, str]]) -> None:
    def shape(pairs: set[tuple[str, str]]) -> dag.Dag:
        return dag.parse({"nodes": [{"id": name} for name in NAMES], "edges": [list(pair) for pair in sorted(pairs)]})

    turned = {(child, parent) for parent, child in new}
    changes = between(Version(shape(old), {}), Version(shape(turned), {}))
    assert set(changes.nodes) == set(NAMES)
    assert turned <= set(changes.edges) <= turned | old
    assert len(svg.draw(changes.nodes, changes.edges, changes.kinds_of_edges).boxes) == len(NAMES)
