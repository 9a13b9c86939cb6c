"""A row is read as the run it was, or it is said why it is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.legacy import reading
from dashboard.legacy.cells import NotFittingError
from dashboard.legacy.reading import NotFinishedError, ReadRow
from tests.legacy.rows import mapped, row

TEXT_ALONE = '{"text": {"pages": 3}}'


def read(mapping: dict[str, Any] | None = None, **changes: Any) -> ReadRow:
    return reading.read(row(**changes), mapped(**mapping or {}))


def states(of: ReadRow) -> list[NodeStatus]:
    return [one.status for one in of.nodes]


def test_a_run_that_succeeded_has_what_its_nodes_left() -> None:
    found = read()
    assert (found.status, states(found)) == (RunStatus.SUCCEEDED, [NodeStatus.SUCCEEDED, NodeStatus.SUCCEEDED])
    assert [one.output for one in found.nodes] == [{"pages": 3}, {"code": True}]
    assert found.nodes[1].lines == ("one", "two")


def test_a_node_that_left_nothing_was_skipped() -> None:
    assert states(read(result='{"checks": {"code": true}}')) == [NodeStatus.SKIPPED, NodeStatus.SUCCEEDED]


def test_the_first_node_that_left_nothing_is_where_a_run_failed() -> None:
    found = read(status="failed", result=TEXT_ALONE, error="ValueError: no pages")
    assert states(found) == [NodeStatus.SUCCEEDED, NodeStatus.FAILED]
    assert found.nodes[1].raised == ("ValueError", "no pages")


def test_what_comes_after_a_failure_never_started() -> None:
    assert states(read(status="failed", result="")) == [NodeStatus.FAILED, NodeStatus.UPSTREAM_FAILED]


def test_a_failure_without_a_word_says_that_there_was_none() -> None:
    assert read(status="failed", result="").nodes[0].raised == ("", "The other system did not say why.")


def test_of_a_traceback_the_last_line_is_the_error() -> None:
    told = 'Traceback (most recent call last):\n  File "x.py", line 3\nkombu.exceptions.TimeoutError: gone'
    assert read(status="failed", result="", error=told).nodes[0].raised == ("kombu.exceptions.TimeoutError", "gone")


def test_what_a_cancelled_run_did_not_do_was_cancelled() -> None:
    assert states(read(status="stopped", result=TEXT_ALONE)) == [NodeStatus.SUCCEEDED, NodeStatus.CANCELLED]


def test_a_result_that_is_no_object_is_a_value() -> None:
    assert read(result='{"text": [1, 2], "checks": "fine"}').nodes[0].output == {"value": [1, 2]}


def test_there_is_nothing_within_what_is_no_object() -> None:
    assert states(read({"nodes": [{"id": "deep", "output": "result.text.deeper"}]}, result='{"text": "flat"}')) == [
        NodeStatus.SKIPPED
    ]


def test_times_without_a_zone_are_of_the_mapping_s() -> None:
    assert read({"timezone": "Europe/Rome"}).started_at == datetime(2025, 3, 3, 8, 0, tzinfo=UTC)


def test_a_single_node_took_as_long_as_the_run_and_of_several_nobody_knows() -> None:
    alone = read({"nodes": [{"id": "all", "output": "result"}]})
    assert alone.nodes[0].started_at == alone.started_at
    assert [one.started_at for one in read().nodes] == [None, None]


def test_what_no_database_can_keep_is_replaced() -> None:
    assert read(log="a\0b\ud800").nodes[1].lines == ("a\ufffdb?",)


@pytest.mark.parametrize("word", ["STARTED", "", None])
def test_a_run_that_goes_on_is_left_for_later(word: str | None) -> None:
    with pytest.raises(NotFinishedError, match="status is"):
        read(status=word)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": ""}, "id is empty"),
        ({"ended": ""}, "ended, when it ended, is empty"),
        ({"ended": "yesterday"}, "ended is no time: 'yesterday'"),
        ({"ended": "2025-03-03T08:00:00"}, "It ended before it began"),
        ({"status": "failed"}, "every node left a result"),
        ({"result": {"text": float("nan")}}, "The result of text is no JSON"),
        ({"result": '{"text": NaN}'}, "A column holds NaN, which is no JSON"),
    ],
)
def test_a_row_that_does_not_fit_says_why(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotFittingError, match=reason):
        read(**changes)


def test_a_result_after_a_failure_does_not_fit() -> None:
    nodes = [{"id": "text", "output": "result.text", "error": "error"}, {"id": "checks", "output": "result.checks"}]
    with pytest.raises(NotFittingError, match="checks left a result although a node before it failed"):
        read({"nodes": nodes}, status="failed", error="broken")
    with pytest.raises(NotFittingError, match="It succeeded, but text has an error"):
        read({"nodes": nodes}, error="broken")


def test_its_hash_changes_with_what_would_be_imported_and_with_nothing_else() -> None:
    assert read().digest == read(unmapped="new").digest
    assert read().digest != read(log="another").digest
