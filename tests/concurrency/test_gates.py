"""Gates under many hands: never more at once than there are places, and nobody waits for a place that is free."""

from __future__ import annotations

import random
import threading
import time
from contextlib import suppress
from functools import partial
from itertools import accumulate

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.engine import claims, holding, outcomes, retrying, runs, settling
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.errors import EngineError
from dashboard.engine.states import NODE_UNFINISHED
from dashboard.engine.transactions import transaction
from dashboard.extensions import db
from dashboard.models import NodeAttempt
from tests import factories
from tests.concurrency.racing import race
from tests.engine import steps

pytestmark = pytest.mark.timeout(120)
PLACES, HANDS, GIVE_UP_SECONDS = 2, 8, 30


class Gate:
    """Counts who is inside, as the handlers behind one gate would."""

    def __init__(self) -> None:
        self.inside = self.most = self.passed = 0
        self._lock = threading.Lock()

    def enter(self) -> None:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)

    def leave(self) -> None:
        with self._lock:
            self.inside -= 1
            self.passed += 1


def begin(*keys: str, nodes: int = 6) -> list[int]:
    """A started run of so many independent nodes behind each of those gates."""
    return [
        factories.started_run(
            workflow=factories.definition(
                nodes=[
                    {"id": f"n{number}", "concurrency": PLACES, "concurrency_key": key, "max_attempts": 50}
                    for number in range(nodes)
                ]
            )
        )
        for key in keys
    ]


def unfinished(run_ids: list[int]) -> dict[int, dict[str, str]]:
    seen = {run_id: steps.statuses(run_id) for run_id in run_ids}
    return {key: found for key, found in seen.items() if any(status in NODE_UNFINISHED for status in found.values())}


def work(gates: dict[str, Gate], run_ids: list[int], seed: int, hand: int) -> None:
    """Claim and end nodes in every way there is until the runs are over."""
    chance, wish = random.Random(seed * 100 + hand), Wish("default", f"hand {hand}", 60)
    give_up = time.monotonic() + GIVE_UP_SECONDS
    while unfinished(run_ids):
        assert time.monotonic() < give_up, unfinished(run_ids)
        claim = claims.claim_next(wish)
        while claim is not None:
            claim = end(claim, gates[claim.concurrency_key or ""], wish, chance)
        time.sleep(0.01)


def end(claim: Claim, gate: Gate, wish: Wish, chance: random.Random) -> Claim | None:
    gate.enter()
    time.sleep(chance.uniform(0, 0.01))
    gate.leave()
    if (way := chance.random()) < 0.1:
        claims.give_back(claim)
        return None
    if way < 0.15:
        outcomes.fail(claim, steps.FOR_GOOD)
        return None
    return outcomes.succeed(claim, {}, wish=wish).claim


def test_no_more_than_the_places_run_at_once_and_all_finish(in_app: Flask) -> None:
    """With the gate's lock taken out three ran at once; without `free` in the outcomes the runs never ended."""
    run_ids = begin("one gate", "one gate", "one gate")
    gate = Gate()
    results = race(in_app, [partial(work, {"one gate": gate}, run_ids, 1, hand) for hand in range(HANDS)])
    assert results == [None] * HANDS
    assert unfinished(run_ids) == {}
    assert (gate.most, most_at_once()) == (PLACES, PLACES)
    assert gate.passed >= 18


def test_several_gates_in_one_queue_never_lock_each_other_out(in_app: Flask) -> None:
    run_ids = begin("gate a", "gate b", "gate a", "gate b")
    gates = {"gate a": Gate(), "gate b": Gate()}
    results = race(in_app, [partial(work, gates, run_ids, 2, hand) for hand in range(HANDS)])
    assert results == [None] * HANDS
    assert {gate.most for gate in gates.values()} == {PLACES}


def test_a_waiter_whose_run_is_busy_is_passed_over_without_waiting(in_app: Flask) -> None:
    """Without SKIP LOCKED the success waited for the run until it was refused (1205), again and again."""
    holders = begin("a gate", nodes=PLACES)
    busy, idle = begin("a gate", "a gate", nodes=1)
    held = [claims.claim_next(Wish("default", "tester", 60)) for _ in range(PLACES)]
    assert held[0] is not None and held[0].run_id == holders[0]
    assert claims.claim_next(Wish("default", "tester", 60)) is None
    began = time.monotonic()
    with transaction() as connection:
        settling.lock_run(connection, busy)
        assert outcomes.succeed(held[0], {}).ready == ("default",)
    assert time.monotonic() - began < 2
    assert (steps.statuses(busy), steps.statuses(idle)) == ({"n0": "HELD"}, {"n0": "READY"})


def test_people_who_pause_retry_and_hold_meanwhile_break_no_limit(in_app: Flask) -> None:
    run_ids = begin("a gate", "a gate")
    gates = {"a gate": Gate()}

    def meddle() -> None:
        chance = random.Random(3)
        for _ in range(6):
            for verb in (runs.pause, runs.resume, hold, release, retry):
                with suppress(EngineError):
                    verb(chance.choice(run_ids), None)
                time.sleep(0.02)
        for run_id in run_ids:
            for undo in (runs.resume, release):
                with suppress(EngineError):
                    undo(run_id, None)

    hands = [partial(work, gates, run_ids, 3, hand) for hand in range(4)]
    assert race(in_app, [meddle, *hands]) == [None] * 5
    assert most_at_once() == PLACES


def hold(run_id: int, by: None) -> None:
    holding.hold(run_id, "n5", "not yet", by)


def release(run_id: int, by: None) -> None:
    holding.release(run_id, "n5", by)


def retry(run_id: int, by: None) -> None:
    retrying.retry(run_id, f"n{random.randrange(6)}", False, None, by)


def most_at_once() -> int:
    """The most attempts that ran at the same time, as the database tells it."""
    db.session.rollback()
    spans = db.session.execute(select(NodeAttempt.started_at, NodeAttempt.finished_at)).all()
    steps_in_time = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    return max(accumulate(change for _, change in steps_in_time))
