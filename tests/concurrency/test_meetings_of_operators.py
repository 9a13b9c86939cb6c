"""A resume meets a start, and an operator who takes a node back meets its worker: at any point, one end state.

Each docstring ends with how the test was seen to fail.
"""

from __future__ import annotations

from functools import partial

from flask import Flask

from dashboard.engine import claims, crashes, outcomes, pausing, reclaiming, resuming, runs
from dashboard.engine.errors import ConflictError
from tests import factories
from tests.concurrency.meeting import Scene, meetings
from tests.engine import steps


def test_a_run_that_starts_while_its_workflow_is_resumed_is_not_left_behind(in_app: Flask) -> None:
    """Seen to fail: without the lock of `_PAUSE_OF_RUN`, the start marked a run that the resume had passed by."""

    def starting() -> Scene:
        workflow = factories.definition(**steps.shape("a"))
        run_id = factories.run(workflow=workflow)
        pausing.pause(workflow.name, "", None)
        return Scene(run_id, partial(runs.start, run_id, None), partial(resuming.resume, workflow.name, None))

    for met in meetings(in_app, starting):
        assert (met.one, met.other) == (None, None), met.place
        assert met.statuses == {"a": "READY", "run": "RUNNING"}, met.place


def test_a_node_taken_back_while_it_succeeds_is_done_once(in_app: Flask) -> None:
    """Seen to fail: without the locks of run and node in `take_back`, an attempt that had succeeded was revoked."""

    def under_way() -> Scene:
        run_id = steps.begin("a-b")
        own = steps.claim("a")
        return Scene(run_id, partial(outcomes.succeed, own, {}), partial(reclaiming.take_back, own.id, 1, None))

    for met in meetings(in_app, under_way):
        if met.one.landed:
            assert isinstance(met.other, ConflictError), met.place
            assert met.statuses == {"a": "SUCCEEDED", "b": "READY", "run": "RUNNING"}, met.place
            assert met.attempts("a") == ["succeeded"], met.place
        else:
            assert met.statuses == {"a": "READY", "b": "PENDING", "run": "RUNNING"}, met.place
            assert met.attempts("a") == ["revoked"], met.place


def test_a_node_taken_back_while_it_is_reaped_is_ready_once(in_app: Flask) -> None:
    """Seen to fail: without the look at the node's state, a node that was ready again was taken back."""

    def silent() -> Scene:
        run_id = steps.begin("a")
        own = steps.claim("a", lease_seconds=-1)
        return Scene(run_id, partial(crashes.reap, 3), partial(reclaiming.take_back, own.id, 1, None))

    for met in meetings(in_app, silent):
        assert met.statuses == {"a": "READY", "run": "RUNNING"}, met.place
        assert met.attempts("a") in (["crashed"], ["revoked"]), met.place
        assert isinstance(met.other, ConflictError) == (met.attempts("a") == ["crashed"]), met.place


def test_a_node_taken_back_while_its_worker_renews_leaves_it_nothing(in_app: Flask) -> None:
    """Seen to fail: without RELEASED in `take_back`, the renewal held on to the token."""

    def renewing() -> Scene:
        run_id = steps.begin("a")
        own = steps.claim("a")
        return Scene(run_id, partial(claims.renew, own, 60), partial(reclaiming.take_back, own.id, 1, None))

    for met in meetings(in_app, renewing):
        assert met.other is None, met.place
        assert met.statuses == {"a": "READY", "run": "RUNNING"}, met.place
        assert factories.node_of(met.run_id, "a").claim_token is None, met.place
