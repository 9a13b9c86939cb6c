"""Workers of two versions beside each other: a node goes to one that has its handler, whoever looks first."""

from __future__ import annotations

import pytest
from flask import Flask

from dashboard.engine import claims, outcomes
from dashboard.engine.claims import Wish
from dashboard.reads import run_nodes
from tests import factories

OLD = Wish("default", "old", 60, frozenset({"old"}))
NEW = Wish("default", "new", 60, frozenset({"old", "new"}))
NODES = [{"id": "first", "handler": "old"}, {"id": "second", "handler": "new"}, {"id": "third", "handler": "old"}]
EDGES = [["first", "second"], ["second", "third"]]

pytestmark = pytest.mark.usefixtures("in_app")


def named(wish: Wish) -> str | None:
    claim = claims.claim_next(wish)
    return claim and claim.node_id


def test_a_worker_leaves_what_it_has_no_handler_for() -> None:
    factories.ready_node(nodes=[{"id": "only", "handler": "new"}])
    assert named(OLD) is None
    assert named(NEW) == "only"


def test_a_worker_reaches_past_what_it_leaves() -> None:
    for handler in ("new", "newer", "new", "old"):
        factories.ready_node(nodes=[{"id": f"of_{handler}", "handler": handler}])
    assert named(OLD) == "of_old"


def test_what_is_left_is_no_attempt_and_no_failure() -> None:
    node = factories.ready_node(nodes=[{"id": "only", "handler": "new"}])
    claims.claim_next(OLD)
    row = factories.node_of(node.run_id, "only")
    assert (row.status, row.attempt, row.failures, row.crashes) == ("READY", 0, 0, 0)


def test_the_page_says_which_handler_a_node_waits_for_until_it_is_claimed() -> None:
    node = factories.ready_node(nodes=[{"id": "only", "handler": "new"}])
    claims.claim_next(OLD)
    assert "waits for a worker that has the handler new" in run_nodes.of_run(node.run_id).rows[0].wait
    claims.claim_next(NEW)
    assert run_nodes.of_run(node.run_id).rows[0].wait == ""


@pytest.mark.parametrize(("wish", "goes_on"), [(OLD, False), (NEW, True)])
def test_a_success_brings_the_child_only_to_a_worker_that_has_its_handler(wish: Wish, goes_on: bool) -> None:
    first = factories.ready_node(nodes=NODES, edges=EDGES)
    claim = claims.claim_next(OLD)
    assert claim is not None
    landing = outcomes.succeed(claim, {}, wish=wish)
    assert (landing.claim is not None) is goes_on
    assert landing.ready == (() if goes_on else ("default",))
    assert factories.node_of(first.run_id, "second").status == ("RUNNING" if goes_on else "READY")


def test_a_worker_that_names_no_handlers_takes_any(in_app: Flask) -> None:
    factories.ready_node(nodes=[{"id": "only", "handler": "whatever"}])
    assert named(Wish("default", "tester", 60)) == "only"
