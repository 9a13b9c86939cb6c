"""A worker that lost its claim in the middle of a graph is stopped, and what it does later leaves no trace."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine

from jobs.agents.check_graph import Bench, check_graph
from jobs.agents.node_handler import THREADS
from jobs.agents.saver import SqlCheckpointSaver
from tests.agents.scripted import OnePage, Scripted, by_key, criterion, met, quote

CONFIG = {"configurable": {"thread_id": "1:1"}, "max_concurrency": THREADS}
CRITERIA = by_key(*(criterion(f"c{number}") for number in range(4)))


class ClaimLost(Exception):
    """What the fence raises once the claim is another's."""


class Fence:
    """Holds for a number of writes, then is lost for good."""

    def __init__(self, writes: int) -> None:
        self.left = writes

    def __call__(self, _connection: Connection) -> None:
        self.left -= 1
        if self.left < 0:
            raise ClaimLost


def run(engine: Engine, fence: Fence, *, resume: bool = False) -> dict[str, str]:
    """Run the graph; the answers."""
    graph = check_graph().compile(checkpointer=SqlCheckpointSaver(engine, fence))
    bench = Bench(CRITERIA, OnePage(), Scripted(lambda key: met(key, quote("We use seed 7."))))
    start = None if resume else {"keys": list(CRITERIA)}
    ended = graph.invoke(start, CONFIG, context=bench, durability="sync")
    return {key: verdict["answer"] for key, verdict in ended["verdicts"].items()}


@pytest.mark.parametrize("writes", range(1, 12))
def test_it_stops_wherever_the_claim_is_lost_and_the_next_owner_finishes(engine: Engine, writes: int) -> None:
    with pytest.raises(ClaimLost):
        run(engine, Fence(writes))
    assert run(engine, Fence(1000), resume=True) == dict.fromkeys(CRITERIA, "met")
