"""Bulk actions reach every run they name, once, and say why a run refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from dashboard.engine import bulk, bulk_items, claims, doorbell, outcomes, runs
from dashboard.engine.bulk import ItemState, Verb
from dashboard.engine.bulk_items import Item
from dashboard.engine.claims import Wish
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import AuditEvent, BulkItem, Team, WorkflowDefinition, WorkflowRun
from jobs import bulk as carrier
from tests import factories

pytestmark = pytest.mark.usefixtures("in_app")


def started(team: Team, number: int, workflow: WorkflowDefinition | None = None) -> list[int]:
    """That many runs of the team whose first nodes are ready."""
    workflow = workflow or factories.definition()
    paper = factories.paper(team)
    return [runs.create_and_start(workflow.id, paper.id, team.id, {}, None) for _ in range(number)]


def fail_all() -> None:
    """Fail every node that is ready, for good."""
    while claim := claims.claim_next(Wish("default", "tester", 60)):
        assert outcomes.fail(claim, outcomes.Failure("ValueError", "it broke", is_permanent=True)).landed


def status_of(run_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(WorkflowRun, run_id).status


def items_of(bulk_id: int) -> dict[int, BulkItem]:
    db.session.rollback()
    return {one.run_id: one for one in db.session.scalars(select(BulkItem).filter_by(bulk_id=bulk_id))}


def states_of(bulk_id: int) -> dict[int, str]:
    return {run_id: one.state for run_id, one in items_of(bulk_id).items()}


def acts(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditEvent.action == name)) or 0


def test_it_cancels_every_run_it_names_and_no_other() -> None:
    team = factories.team()
    first, second, other = started(team, 3)
    bulk_id = bulk.create(team.id, Verb.CANCEL, [first, second], {}, None)
    assert [status_of(one) for one in (first, second)] == ["RUNNING", "RUNNING"]
    assert carrier.carry_on() == 2
    assert [status_of(one) for one in (first, second, other)] == ["CANCELLED", "CANCELLED", "RUNNING"]
    assert set(states_of(bulk_id).values()) == {ItemState.DONE}


def test_it_retries_what_failed_and_rings_for_it() -> None:
    team = factories.team()
    failed = started(team, 2)
    fail_all()
    bulk.create(team.id, Verb.RETRY, failed, {}, None)
    doorbell.queue_of("default").empty()
    carrier.carry_on()
    assert [status_of(one) for one in failed] == ["RUNNING", "RUNNING"]
    assert doorbell.rings_waiting("default") == 2


def test_it_runs_the_same_again_and_names_the_new_run() -> None:
    team, workflow = factories.team(), factories.definition()
    old = runs.create_and_start(workflow.id, factories.paper(team).id, team.id, {"depth": 3}, None)
    fail_all()
    bulk_id = bulk.create(team.id, Verb.RERUN, [old], {}, None)
    carrier.carry_on()
    new_id = items_of(bulk_id)[old].new_run_id
    new, before = db.session.get_one(WorkflowRun, new_id), db.session.get_one(WorkflowRun, old)
    assert (new.status, new.input, new.paper_id) == ("RUNNING", {"depth": 3}, before.paper_id)


def test_a_rerun_takes_the_workflow_as_it_is_now() -> None:
    team = factories.team()
    (old,) = started(team, 1, factories.definition("lungs"))
    fail_all()
    newer = factories.definition("lungs", nodes=[{"id": "only", "handler": "first"}])
    bulk_id = bulk.create(team.id, Verb.RERUN, [old], {}, None)
    carrier.carry_on()
    assert db.session.get_one(WorkflowRun, items_of(bulk_id)[old].new_run_id).definition_id == newer.id


def test_a_workflow_that_was_withdrawn_takes_no_rerun() -> None:
    team = factories.team()
    (old,) = started(team, 1)
    fail_all()
    with writing() as session:
        session.execute(update(WorkflowDefinition).values(is_active=False))
    bulk_id = bulk.create(team.id, Verb.RERUN, [old], {}, None)
    carrier.carry_on()
    assert items_of(bulk_id)[old].message == "Its workflow takes no new runs."


@pytest.mark.parametrize(("verb", "says"), [(Verb.RERUN, "once it has ended"), (Verb.RETRY, "No node of this run")])
def test_it_says_why_a_run_refused_and_goes_on(verb: Verb, says: str) -> None:
    team = factories.team()
    (failed,) = started(team, 1)
    fail_all()
    (running,) = started(team, 1)
    bulk_id = bulk.create(team.id, verb, [running, failed], {}, None)
    carrier.carry_on()
    assert states_of(bulk_id) == {failed: ItemState.DONE, running: ItemState.REFUSED}
    assert says in (items_of(bulk_id)[running].message or "")


@pytest.mark.parametrize("verb", Verb)
def test_it_foretells_what_the_engine_refuses(verb: Verb) -> None:
    team, workflow = factories.team(), factories.definition(nodes=[{"id": "only", "handler": "first"}])
    (done,) = started(team, 1, workflow)
    claim = claims.claim_next(Wish("default", "tester", 60))
    assert claim is not None and outcomes.succeed(claim, {}).landed
    (failed,) = started(team, 1, workflow)
    fail_all()
    cancelled, running = started(team, 2, workflow)
    runs.cancel(cancelled, None)
    created = runs.create(workflow.id, None, team.id, {}, None)
    before = {run_id: status_of(run_id) for run_id in (created, running, done, failed, cancelled)}
    bulk_id = bulk.create(team.id, verb, list(before), {}, None)
    carrier.carry_on()
    refused = {run_id for run_id, state in states_of(bulk_id).items() if state == ItemState.REFUSED}
    foretold = {run_id for run_id, status in before.items() if status in bulk.REFUSED_IN[verb]}
    assert len(set(before.values())) == len(before)
    assert refused - foretold == ({running} if verb == Verb.RETRY else set())  # something may have failed in it
    assert foretold <= refused


def test_a_refusal_leaves_nothing_of_the_act() -> None:
    team = factories.team()
    (finished,) = started(team, 1)
    fail_all()
    bulk.create(team.id, Verb.CANCEL, [finished], {}, None)
    carrier.carry_on()
    assert (status_of(finished), acts("run.cancel")) == ("FAILED", 0)


def test_it_does_no_item_twice_however_many_carry_it_out(in_app: Flask) -> None:
    team = factories.team()
    old = started(team, 12)
    fail_all()
    bulk_id = bulk.create(team.id, Verb.RERUN, old, {}, None)

    def carry(_turn: int) -> int:
        with in_app.app_context():
            return carrier.carry_on()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(carry, range(4))) == 12
    assert set(states_of(bulk_id).values()) == {ItemState.DONE}
    assert db.session.scalar(select(func.count()).select_from(WorkflowRun)) == 24


def test_a_doubled_turn_finds_the_item_done() -> None:
    team = factories.team()
    (running,) = started(team, 1)
    bulk_id = bulk.create(team.id, Verb.CANCEL, [running], {}, None)
    assert [bulk_items.carry_out(Item(bulk_id, running)) for _ in range(2)] == [True, False]
    assert acts("run.cancel") == 1


def test_a_death_before_the_commit_leaves_item_and_run_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    team = factories.team()
    (running,) = started(team, 1)
    bulk_id = bulk.create(team.id, Verb.CANCEL, [running], {}, None)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bulk_items, "Effect", die)  # after the act, before the mark
        with pytest.raises(KeyboardInterrupt):
            carrier.carry_on()
    assert (status_of(running), states_of(bulk_id)) == ("RUNNING", {running: ItemState.PENDING})
    assert carrier.carry_on() == 1


def test_what_breaks_on_one_run_is_that_runs_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    team = factories.team()
    first, second = started(team, 2)
    bulk_id = bulk.create(team.id, Verb.CANCEL, [first, second], {}, None)
    cancel = runs.cancel_within

    def break_on_first(*given: object) -> object:
        if given[1] == first:
            raise ZeroDivisionError("odd")
        return cancel(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "cancel_within", break_on_first)
    carrier.carry_on()
    assert states_of(bulk_id) == {first: ItemState.REFUSED, second: ItemState.DONE}
    assert "ZeroDivisionError" in (items_of(bulk_id)[first].message or "")


def test_stopping_leaves_the_rest_alone() -> None:
    team = factories.team()
    first, second = started(team, 2)
    bulk_id = bulk.create(team.id, Verb.CANCEL, [first, second], {}, None)
    bulk_items.carry_out(Item(bulk_id, first))
    assert bulk.stop(bulk_id, None) == 1
    assert carrier.carry_on() == 0
    assert (status_of(first), status_of(second)) == ("CANCELLED", "RUNNING")
    assert states_of(bulk_id) == {first: ItemState.DONE, second: ItemState.STOPPED}


def test_what_is_over_cannot_be_stopped() -> None:
    team = factories.team()
    bulk_id = bulk.create(team.id, Verb.CANCEL, started(team, 1), {}, None)
    carrier.carry_on()
    with pytest.raises(NotAllowedError, match="over"):
        bulk.stop(bulk_id, None)


def test_only_the_refused_are_tried_again() -> None:
    team = factories.team()
    (finished,) = started(team, 1)
    fail_all()
    (running,) = started(team, 1)
    bulk_id = bulk.create(team.id, Verb.RERUN, [finished, running], {}, None)
    carrier.carry_on()
    runs.cancel(running, None)
    assert bulk.retry_refused(bulk_id, None) == 1
    assert carrier.carry_on() == 1
    assert set(states_of(bulk_id).values()) == {ItemState.DONE}
    with pytest.raises(NotAllowedError):
        bulk.retry_refused(bulk_id, None)


def test_it_takes_no_run_of_another_team() -> None:
    team = factories.team()
    (mine,), (theirs,) = started(team, 1), started(factories.team(), 1)
    assert set(states_of(bulk.create(team.id, Verb.CANCEL, [mine, theirs], {}, None))) == {mine}
    with pytest.raises(InvalidInputError, match="No run was chosen"):
        bulk.create(team.id, Verb.CANCEL, [theirs], {}, None)


def test_it_takes_ten_thousand_runs_and_no_more() -> None:
    team = factories.team()
    (mine,) = started(team, 1)
    bulk.create(team.id, Verb.CANCEL, [mine, *range(10**9, 10**9 + 9_999)], {}, None)
    with pytest.raises(InvalidInputError, match="10,000"):
        bulk.create(team.id, Verb.CANCEL, range(1, 10_002), {}, None)


def test_a_small_action_need_not_wait_for_a_large_one() -> None:
    large, small = factories.team(), factories.team()
    bulk.create(large.id, Verb.CANCEL, started(large, 8), {}, None)
    bulk_id = bulk.create(small.id, Verb.CANCEL, started(small, 1), {}, None)
    assert bulk_id in {one.bulk_id for one in bulk_items.waiting(4)}


def test_it_rings_again_while_some_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    team = factories.team()
    bulk.create(team.id, Verb.CANCEL, started(team, 3), {}, None)
    monkeypatch.setattr(carrier, "AT_A_TIME", 2)
    doorbell.queue_of("default").empty()
    assert (carrier.carry_on(), doorbell.rings_waiting("default")) == (2, 1)
    assert (carrier.carry_on(), doorbell.rings_waiting("default")) == (1, 1)


def test_every_step_is_in_the_audit_trail() -> None:
    team = factories.team()
    (finished,) = started(team, 1)
    fail_all()
    by = factories.user(team).id
    bulk_id = bulk.create(team.id, Verb.CANCEL, [finished], {"status": "FAILED"}, by)
    carrier.carry_on()
    bulk.retry_refused(bulk_id, by)
    bulk.stop(bulk_id, by)
    rows = db.session.scalars(select(AuditEvent).filter_by(object_type="bulk").order_by(AuditEvent.id)).all()
    assert [(row.action, row.user_id) for row in rows] == [("bulk.create", by), ("bulk.retry", by), ("bulk.stop", by)]
    assert rows[0].detail == {"verb": "cancel", "runs": 1, "filter": {"status": "FAILED"}}


def test_there_is_nothing_to_stop_in_what_is_not_there() -> None:
    with pytest.raises(NotFoundError):
        bulk.stop(12345, None)
