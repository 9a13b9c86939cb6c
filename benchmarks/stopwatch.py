"""One stopwatch for all: from just before the first run is handed over until the last node has ended.

Handing over counts, whatever it consists of. The end is the one the contender's own record tells, not the moment at
which somebody noticed. Before the watch starts the workers are up, have run a few pipelines, and are idle.
Standard library only: peers import it too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Protocol

from benchmarks.shapes import AT_ONCE, RUNS, names

WARM_UP_RUNS = 4
PAUSE_SECONDS = 0.3
LOOK_SECONDS = 0.05
LIMIT_SECONDS = 180.0


class Stalled(Exception):
    """The runs did not end in time."""


class Contender(Protocol):
    """What can be measured. `now` is the clock by which `ended` tells the time, in seconds."""

    name: str

    def now(self) -> float: ...

    def submit(self, workload: str) -> str:
        """Hand over one run of the workload; its name."""

    def ended(self, runs: Sequence[str]) -> float | None:
        """When the last node of the last of those runs ended; None while one has not."""


def measure(contender: Contender, workload: str, count: int | None = None) -> dict[str, Any]:
    """Warm up, run the workload `count` times, and tell how long it took."""
    count = count or RUNS[workload]
    play(contender, "P", WARM_UP_RUNS)
    batches = [count] if workload in AT_ONCE else [1] * count
    seconds = sum(play(contender, workload, batch) for batch in batches)
    return record(contender.name, workload, count * len(names(workload)), seconds)


def record(peer: str, workload: str, nodes: int, seconds: float) -> dict[str, Any]:
    """A measurement as it is printed."""
    return {"peer": peer, "workload": workload, "nodes": nodes, "seconds": round(seconds, 3),
            "nodes_per_s": round(nodes / seconds, 1), "per_hop_ms": round(1000 * seconds / nodes, 2)}  # fmt: skip


def play(contender: Contender, workload: str, count: int) -> float:
    """Seconds for that many runs at once, on a system that was idle."""
    time.sleep(PAUSE_SECONDS)
    began, give_up = contender.now(), time.monotonic() + LIMIT_SECONDS
    runs = [contender.submit(workload) for _ in range(count)]
    while (ended := contender.ended(runs)) is None:
        if time.monotonic() > give_up:
            raise Stalled(f"{contender.name} did not end {count} x {workload} within {LIMIT_SECONDS:g} s.")
        time.sleep(LOOK_SECONDS)
    return ended - began
