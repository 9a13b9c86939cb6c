"""The ledger of a run: kept in the database, shared by its nodes, and never past the cap."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Connection

from dashboard.engine.spending import RunSpending, Usage
from dashboard.extensions import db
from jobs.agents.ledger import Ledger, SpendingCapError
from jobs.agents.settings import Cap, Prices
from tests.engine import steps
from tests.handlers.conftest import MemorySpending

TOKENS = Cap(100, "tokens")
MODEL = "openai:m"
LedgerOf = Callable[..., Ledger]


def open_gate(_connection: Connection) -> None:
    return


@pytest.fixture
def ledger_of(in_app: Flask) -> LedgerOf:
    """`ledger_of("a")` is the ledger of that node of a run of two, `ledger_of("a", 1)` that of another run."""
    runs = [steps.begin("a b") for _ in range(2)]
    engine = db.engine
    claims = {(run, node): steps.claim(node) for run in (0, 1) for node in "ab"}
    return lambda node, run=0: Ledger(RunSpending(engine, runs[run], open_gate), claims[run, node].id, MODEL, TOKENS)


def test_what_was_put_down_is_known_to_the_next_attempt_and_the_other_node(ledger_of: LedgerOf) -> None:
    mine = ledger_of("a")
    mine.settle(mine.reserve("a", Usage(40, 20)), Usage(10, 5, 0.5))
    mine.reserve("b", Usage(20, 10, measured=False))
    again, other = ledger_of("a"), ledger_of("b")
    assert again.of_node()["tokens"] == other.of_run()["tokens"] == 45
    assert again.of_node()["criteria"]["a"]["seconds"] == 0.5
    assert other.of_node()["tokens"] == 0
    assert ledger_of("a", 1).of_run()["tokens"] == 0


def test_a_reservation_that_was_never_settled_counts_in_full(ledger_of: LedgerOf) -> None:
    ledger_of("a").reserve("a", Usage(60, 20))
    with pytest.raises(SpendingCapError, match="100 tokens"):
        ledger_of("a").reserve("b", Usage(20, 1))
    ledger_of("a").reserve("b", Usage(19, 1))


def test_a_call_that_was_refused_uses_nothing(ledger_of: LedgerOf) -> None:
    ledger = ledger_of("a")
    with pytest.raises(SpendingCapError):
        ledger.reserve("a", Usage(101, 0))
    assert ledger.of_run() == ledger.of_run() | {"calls": 0, "tokens": 0}


def test_two_nodes_at_once_never_pass_the_cap(ledger_of: LedgerOf) -> None:
    granted: list[object] = []

    def spend(ledger: Ledger) -> None:
        for _ in range(12):
            try:
                granted.append(ledger.reserve("a", Usage(9, 1)))
            except SpendingCapError:
                return

    threads = [threading.Thread(target=spend, args=(ledger_of(node),)) for node in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8 <= len(granted) <= 10


def test_a_cap_in_money_weighs_tokens_by_their_prices() -> None:
    ledger = Ledger(MemorySpending(), 7, MODEL, Cap(1.0, "EUR"), Prices(10_000, 100_000))
    ledger.reserve("a", Usage(10, 9))  # 0.10 and 0.90
    with pytest.raises(SpendingCapError, match="1 EUR"):
        ledger.reserve("a", Usage(1, 0))
    assert ledger.of_run()["cost"] == pytest.approx(1.0)
