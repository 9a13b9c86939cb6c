"""Definitions are checked before they are saved, and the message names the node that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.engine import dag
from dashboard.engine.errors import InvalidInputError
from tests.engine.steps import shape


def refusal(raw: Any, **options: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        dag.parse(raw, **options)
    return str(caught.value)


def test_a_cycle_is_refused_and_its_nodes_named() -> None:
    message = refusal(shape("a-b b-c c-b"))
    assert "b -> c" in message or "c -> b" in message


def test_a_handler_nobody_has_is_refused_and_its_node_named() -> None:
    message = refusal({"nodes": [{"id": "parse", "handler": "prase"}]}, known_handlers={"parse"})
    assert "'parse'" in message
    assert "'prase'" in message


def test_an_id_used_twice_is_refused() -> None:
    assert "'twin'" in refusal({"nodes": [{"id": "twin"}, {"id": "twin"}]})


def test_an_edge_to_nowhere_is_refused_and_its_end_named() -> None:
    assert "'nowhere'" in refusal({"nodes": [{"id": "a"}], "edges": [["a", "nowhere"]]})


def test_an_edge_to_the_node_itself_is_refused() -> None:
    assert "'a' waits for itself" in refusal({"nodes": [{"id": "a"}], "edges": [["a", "a"]]})


@pytest.mark.parametrize("edges", [5, "ab", [5], [["a"]], [["a", "b", "a"]], [[["a"], "b"]], [None], {"a": "b"}])
def test_edges_that_are_none_are_refused(edges: Any) -> None:
    assert "edge" in refusal({"nodes": [{"id": "a"}, {"id": "b"}], "edges": edges})


@pytest.mark.parametrize("raw", [None, [], {}, {"nodes": []}, {"nodes": "ab"}, {"nodes": [{}]}, {"nodes": [{"id": 7}]}])
def test_a_workflow_without_named_nodes_is_refused(raw: Any) -> None:
    assert refusal(raw)


@pytest.mark.parametrize(
    "column",
    [{"type": "cron"}, {"max_attempts": 0}, {"timeout_seconds": 0}, {"timeout_seconds": "soon"},
     {"queue": "no spaces"}, {"queue": "long" * 30}, {"priority": None}, {"config": [1]}, {"handler": "h" * 101}],
)  # fmt: skip
def test_a_column_out_of_bounds_is_refused_and_its_node_named(column: dict[str, Any]) -> None:
    assert "'odd'" in refusal({"nodes": [{"id": "odd", **column}]})


def test_more_nodes_than_a_page_can_draw_are_refused() -> None:
    assert "2001" in refusal({"nodes": [{"id": f"n{number}"} for number in range(2001)]})


def test_celery_is_read_as_task() -> None:
    parsed = dag.parse({"nodes": [{"id": "a", "type": "celery"}, {"id": "b", "type": "langgraph"}]})
    assert [spec.type for spec in parsed.nodes] == ["task", "langgraph"]


def test_parents_come_first() -> None:
    parsed = dag.parse({"nodes": [{"id": "c"}, {"id": "b"}, {"id": "a"}], "edges": [["a", "b"], ["b", "c"]]})
    assert [spec.id for spec in parsed.nodes] == ["a", "b", "c"]


def test_an_edge_given_twice_counts_once() -> None:
    assert dag.parse(shape("a-b a-b")).edges == (("a", "b"),)


def test_edges_may_say_from_and_to() -> None:
    raw = {"nodes": [{"id": "a"}, {"id": "b"}], "edges": [{"from": "a", "to": "b"}]}
    assert dag.parse(raw).edges == (("a", "b"),)


def test_a_stored_definition_is_read_back_as_it_was() -> None:
    parsed = dag.parse(shape("a-b b-c", config={"deep": {"er": [1]}}, priority=3))
    assert dag.parse(dag.as_record(parsed)) == parsed


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1])))
def test_whoever_comes_after_has_what_comes_before(edges: set[tuple[int, int]]) -> None:
    for start in range(13):
        for later in dag.descendants(edges, [start]):
            assert start in dag.ancestors(edges, [later])


def test_a_successor_is_the_only_child_and_waits_for_nobody_else() -> None:
    nodes = [{"id": name} for name in "abcdef"]
    shape = dag.parse({"nodes": nodes, "edges": [list(pair) for pair in ("ab", "bc", "bd", "ce", "de", "ef")]})
    assert dag.successors(shape) == {"a": "b", "e": "f"}
