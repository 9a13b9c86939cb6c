"""What calls to models cost stands in the database: before they are made, and once more after."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from dashboard.engine.claims import Claim
from dashboard.engine.spending import Call, RunSpending, Usage
from dashboard.extensions import db
from dashboard.models import WorkflowRun
from dashboard.reads import spending as reads
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


class ClaimLost(Exception):
    """What the fence raises once the claim is another's."""


def open_gate(_connection: Connection) -> None:
    return


def lost(_connection: Connection) -> None:
    raise ClaimLost


@pytest.fixture
def claim() -> Claim:
    steps.begin("a")
    return steps.claim("a")


def call(claim: Claim, name: str, *numbers: int, cost: float | None = None) -> Call:
    return Call(name, claim.id, "neurips/claims", "openai:m", Usage(*numbers), cost)


def test_a_call_counts_with_its_most_until_it_is_settled(claim: Claim) -> None:
    mine = RunSpending(db.engine, claim.run_id, open_gate)
    mine.reserve(call(claim, "one", 100, 50, cost=1.5))
    assert mine.calls() == [call(claim, "one", 100, 50, cost=1.5)]
    mine.settle(call(claim, "one", 10, 5, cost=0.15))
    assert RunSpending(db.engine, claim.run_id, open_gate).calls() == [call(claim, "one", 10, 5, cost=0.15)]


def test_the_same_again_changes_nothing(claim: Claim) -> None:
    mine = RunSpending(db.engine, claim.run_id, open_gate)
    for _ in range(2):
        mine.reserve(call(claim, "one", 100, 50))
    mine.settle(call(claim, "one", 10, 5))
    mine.settle(call(claim, "one", 99, 99))
    mine.reserve(call(claim, "one", 100, 50))
    assert mine.calls() == [call(claim, "one", 10, 5)]


def test_one_without_the_claim_puts_nothing_down(claim: Claim) -> None:
    with pytest.raises(ClaimLost):
        RunSpending(db.engine, claim.run_id, lost).reserve(call(claim, "one", 1, 1))
    assert RunSpending(db.engine, claim.run_id, open_gate).calls() == []


def test_pages_tell_what_a_run_and_a_team_have_spent(claim: Claim) -> None:
    mine = RunSpending(db.engine, claim.run_id, open_gate)
    mine.reserve(call(claim, "one", 10, 5, cost=0.5))
    mine.reserve(call(claim, "two", 1, 1, cost=0.25))
    team_id = db.session.scalars(select(WorkflowRun.team_id).filter_by(id=claim.run_id)).one()
    [of_run] = reads.of_run(claim.run_id)
    assert (of_run.name, of_run.calls, of_run.tokens, of_run.cost) == ("a", 2, 17, 0.75)
    [of_team] = reads.of_team(team_id)
    assert (of_team.name, of_team.tokens_in, of_team.tokens_out) == ("openai:m", 11, 6)
    assert reads.of_team(factories.team().id) == []


def test_a_node_shows_its_own_calls_beside_those_of_its_run() -> None:
    run_id = steps.begin("a b")
    a, b = steps.claim("a"), steps.claim("b")
    mine = RunSpending(db.engine, run_id, open_gate)
    mine.reserve(call(a, "one", 10, 5))
    mine.reserve(call(b, "two", 1, 1, cost=0.25))
    found = reads.of_node(run_id, "b")
    assert found is not None
    assert [(one.name, one.calls, one.tokens, one.cost) for one in found] == [
        ("b", 1, 2, 0.25),
        ("the run", 2, 17, 0.25),
    ]
    assert reads.of_node(run_id, "c") is None
