"""What a failure stops: everything that waits for it, and nothing that does not."""

from __future__ import annotations

from flask import Flask

from dashboard.engine import outcomes, retrying
from tests.crowd import invariants
from tests.engine import steps


def test_a_node_whose_parent_runs_on_is_not_given_up_when_a_retried_ancestor_fails(in_app: Flask) -> None:
    run_id = steps.begin("a-b b-c")
    steps.pass_node("a")
    under_way = steps.claim("b")
    retrying.retry(run_id, "a", from_here=False, seen_version=None, by=None)
    steps.break_node("a")
    assert steps.statuses(run_id) == {"a": "FAILED", "b": "RUNNING", "c": "PENDING"}
    assert outcomes.succeed(under_way, {}).ready == ("c",)
    assert invariants.broken() == {}
