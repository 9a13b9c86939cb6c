"""Pages: queries, server time with little and with much history, and what the lists ask of the database.

Server time is the time within the application, from request to the last byte of the body, database included.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.pages import places, statements
from benchmarks.pages.bar import Bar, spread
from benchmarks.pages.places import Place
from benchmarks.pages.site import Inside

WARM_UP = 3
SLOWEST_MS = 150
MOST_GROWTH = 1.5
MOST_SORTED = 2_000  # rows: those of a page and what they hold, and of counts that end early
MOST_READ = 10_000  # rows: some counts that end early; the team that looks has 28,000 runs


@dataclass(frozen=True)
class Pair:
    """A page on little and on much history, and the seconds of each visit."""

    small: Place
    large: Place
    small_seconds: list[float]
    large_seconds: list[float]

    def visit(self, small: Inside, large: Inside) -> None:
        """One visit each, right after each other, so that both meet the same load."""
        self.small_seconds.append(small.get(self.small.address)[0])
        self.large_seconds.append(large.get(self.large.address)[0])


def measure(small: Mapping[str, str], large: Mapping[str, str], visits: int) -> Iterator[Bar]:
    """The bars of each page, in turns on both databases."""
    few, many = Inside(small), Inside(large)
    for pair in _pairs(few, many):
        for _ in range(WARM_UP):
            few.get(pair.small.address), many.get(pair.large.address)
        for _ in range(visits):
            pair.visit(few, many)
        yield from _bars(pair, many)
    for inside in (few, many):
        inside.engine.dispose()


def _pairs(few: Inside, many: Inside) -> list[Pair]:
    found = []
    for inside in (few, many):
        with inside.app.app_context():
            found.append(places.pages())
    return [Pair(small, large, [], []) for small, large in zip(*found, strict=True)]


def _bars(pair: Pair, many: Inside) -> Iterator[Bar]:
    name = pair.large.name
    with statements.counted(many.engine) as sent:
        many.get(pair.large.address)
    yield Bar(f"queries, {name}", len(sent), pair.large.queries)
    much, little = spread(pair.large_seconds), spread(pair.small_seconds)
    told = {"p50_ms": much["p50_ms"], "few_runs": little}
    yield Bar(f"server time, {name}, p95 ms", much["p95_ms"], SLOWEST_MS, told)
    growth = {key: round(much[key] / little[key], 2) for key in much}
    limit = MOST_GROWTH if pair.large.is_alike else None
    yield Bar(
        f"server time, {name}, much history against little", growth["p95_ms"], limit, {"of_p50": growth["p50_ms"]}
    )
    if pair.large.is_list:
        yield from _weights(pair.large, many)


def _weights(place: Place, many: Inside) -> Iterator[Bar]:
    """The rows that the greediest statement of a list reads and sorts; its plan is told where that is too many."""
    with statements.weighed(many.engine) as sent:
        many.get(place.address)
    for what, limit in (("read", MOST_READ), ("sorted", MOST_SORTED)):
        worst = max(sent, key=lambda one: int(getattr(one, what)))
        bar = Bar(f"rows {what} by one statement, {place.name}", getattr(worst, what), limit)
        if not bar.holds:
            plan = "\n".join(statements.explained(many.engine, worst))
            print(f"{bar.name}: {bar.value}\n{worst.sql}\n{worst.values}\n{plan}\n", file=sys.stderr)
        yield bar
