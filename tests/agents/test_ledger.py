"""The ledger of a run: kept on the database, shared by its nodes, and never past the cap."""

from __future__ import annotations

import threading

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from sqlalchemy import Connection, Engine

from jobs.agents.ledger import Ledger, SpendingCapError, Usage
from jobs.agents.saver import SqlCheckpointSaver
from jobs.agents.settings import Cap, Prices

TOKENS = Cap(100, "tokens")


class ClaimLost(Exception):
    """What the fence raises once the claim is another's."""


def lost(_connection: Connection) -> None:
    raise ClaimLost


def test_what_was_put_down_is_known_to_the_next_attempt_and_the_other_node(engine: Engine) -> None:
    mine = Ledger(SqlCheckpointSaver(engine), 1, 7, TOKENS)
    mine.settle(mine.reserve("a", Usage(40, 20)), "a", Usage(10, 5, 0.5))
    mine.reserve("b", Usage(20, 10, measured=False))
    again, other = (Ledger(SqlCheckpointSaver(engine), 1, node, TOKENS) for node in (7, 8))
    assert again.of_node()["tokens"] == other.of_run()["tokens"] == 45
    assert again.of_node()["criteria"]["a"]["seconds"] == 0.5
    assert other.of_node()["tokens"] == 0
    assert Ledger(SqlCheckpointSaver(engine), 2, 9, TOKENS).of_run()["tokens"] == 0


def test_a_reservation_that_was_never_settled_counts_in_full(saver: SqlCheckpointSaver) -> None:
    Ledger(saver, 1, 7, TOKENS).reserve("a", Usage(60, 20))
    with pytest.raises(SpendingCapError, match="100 tokens"):
        Ledger(saver, 1, 7, TOKENS).reserve("b", Usage(20, 1))
    Ledger(saver, 1, 7, TOKENS).reserve("b", Usage(19, 1))


def test_a_call_that_was_refused_uses_nothing(saver: SqlCheckpointSaver) -> None:
    ledger = Ledger(saver, 1, 7, TOKENS)
    with pytest.raises(SpendingCapError):
        ledger.reserve("a", Usage(101, 0))
    assert ledger.of_run() == ledger.of_run() | {"calls": 0, "tokens": 0}


def test_two_nodes_at_once_never_pass_the_cap(engine: Engine) -> None:
    granted: list[str] = []

    def spend(node: int) -> None:
        ledger = Ledger(SqlCheckpointSaver(engine), 1, node, TOKENS)
        for _ in range(12):
            try:
                granted.append(ledger.reserve("a", Usage(9, 1)))
            except SpendingCapError:
                return

    threads = [threading.Thread(target=spend, args=(node,)) for node in (7, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8 <= len(granted) <= 10


def test_who_lost_the_claim_cannot_reserve(engine: Engine) -> None:
    Ledger(SqlCheckpointSaver(engine), 1, 7, TOKENS)
    with pytest.raises(ClaimLost):
        Ledger(SqlCheckpointSaver(engine, lost), 1, 7, TOKENS).reserve("a", Usage(1, 1))
    assert Ledger(SqlCheckpointSaver(engine), 1, 7, TOKENS).entries() == []


def test_a_cap_in_money_weighs_tokens_by_their_prices() -> None:
    ledger = Ledger(InMemorySaver(), 1, 7, Cap(1.0, "EUR"), Prices(10_000, 100_000))
    ledger.reserve("a", Usage(10, 9))  # 0.10 and 0.90
    with pytest.raises(SpendingCapError, match="1 EUR"):
        ledger.reserve("a", Usage(1, 0))
    assert ledger.of_run()["cost"] == pytest.approx(1.0)
