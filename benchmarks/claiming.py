"""What a claim costs as the table fills with finished nodes: claims a second at 0, 100,000 and a million of them."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from benchmarks import servers
from benchmarks.history import Past
from benchmarks.ours import application
from benchmarks.stopwatch import record
from dashboard.engine.claims import Wish, claim_next
from dashboard.extensions import db

SIZES = (0, 100_000, 1_000_000)
WARM_UP, TURNS, CLAIMS = 4, 40, 25
WISH = Wish("benchmark", "benchmark", lease_seconds=3600.0)


def measure(environment: Mapping[str, str], sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Claims a second (of the median claim) at each size, the cost at the largest over that at the first, the plan.

    Each size has a database of its own beside the one of the settings, so that their turns can alternate: what else
    the machine does then slows all of them alike.
    """
    with ExitStack() as stack:
        apps = {size: stack.enter_context(_used(environment, size)) for size in sizes}
        spans = _in_turns(apps)
        with apps[sizes[-1]].app_context():
            plan = explain()
    medians = {size: statistics.median(spans[size]) for size in sizes}
    return record("ours", "S", sum(map(len, spans.values())), sum(map(sum, spans.values()))) | {
        "claims_per_s": {str(size): round(1 / seconds, 1) for size, seconds in medians.items()},
        "ratio": round(medians[sizes[-1]] / medians[sizes[0]], 3),
        "plan": plan,
    }


def explain() -> dict[str, Any]:
    """The plan of the statement that finds a node to claim: its key, and whether it sorts."""
    with _listening() as heard:
        claim_next(WISH)
    statement, parameters = next((said, given) for said, given in heard if "SKIP LOCKED" in said)
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).mappings().all()
    of_nodes = next(row for row in rows if re.search("node", str(row["table"])))
    return {"key": of_nodes["key"], "filesort": any("filesort" in str(row["Extra"]) for row in rows)}


@contextmanager
def _used(environment: Mapping[str, str], size: int) -> Iterator[Flask]:
    """The application on a database of that many finished nodes, and enough ready ones."""
    with servers.sibling(environment["DATABASE_URL"], f"past_{size}") as url:
        app = application({**environment, "DATABASE_URL": url})
        with app.app_context():
            past = Past(WISH.queue)
            past.grow_to(size)
            past.make_ready((TURNS + WARM_UP) * CLAIMS + 1)
        yield app
        with app.app_context():
            db.engine.dispose()


def _in_turns(apps: Mapping[int, Flask]) -> dict[int, list[float]]:
    """Seconds of each claim at each size, in short turns whose order rotates; the first turns only warm up."""
    spans: dict[int, list[float]] = {size: [] for size in apps}
    order = list(apps)
    for turn in range(WARM_UP + TURNS):
        order.append(order.pop(0))
        for size in order:
            with apps[size].app_context():
                taken = [_claim() for _ in range(CLAIMS)]
            spans[size] += taken if turn >= WARM_UP else []
    return spans


def _claim() -> float:
    began = time.perf_counter()
    if claim_next(WISH) is None:
        raise RuntimeError("Nothing was left to claim.")
    return time.perf_counter() - began


@contextmanager
def _listening() -> Iterator[list[tuple[str, Any]]]:
    heard: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        heard.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
