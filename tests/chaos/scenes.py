"""Every verb of the engine in a small scene: what is there before, the verb itself, and the run it leaves behind.

A scene plays in a queue of its own, so that a worker's claim in it finds only what the scene has laid out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from dashboard.engine import claims, crashes, outcomes, retrying, runs, skipping
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.outcomes import Failure, KeptArtifact, LogLine
from tests import factories

Result = TypeVar("Result")

LINES = [LogLine(number, "info", f"line {number}", datetime(2024, 1, 1, tzinfo=UTC)) for number in (1, 2)]
FILES = [KeptArtifact("note.txt", "text/plain", "0" * 64, 4)]
EDGES = [["first", "second"], ["first", "third"], ["second", "last"], ["third", "last"]]
MAX_CRASHES = 3

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Table:
    """A started run of four nodes in a queue of its own, and the claim of its first node where the scene needs one."""

    run_id: int
    wish: Wish
    claim: Claim | None = None

    @property
    def held(self) -> Claim:
        assert self.claim is not None
        return self.claim


@dataclass(frozen=True)
class Scene:
    """`lay` what the verb needs, then `act`; what `act` answers must not depend on faults either."""

    name: str
    lay: Callable[[], Table]
    act: Callable[[Table], object]
    by_a_person: bool = False


def created() -> Table:
    wish = Wish(f"scene-{next(_numbers)}", "tester", 60)
    nodes = [{"id": name, "handler": "nothing", "queue": wish.queue} for name in ("first", "second", "third", "last")]
    return Table(factories.run(workflow=factories.definition(nodes=nodes, edges=EDGES)), wish)


def started() -> Table:
    table = created()
    runs.start(table.run_id, None)
    return table


def paused() -> Table:
    table = started()
    runs.pause(table.run_id, None)
    return table


def claimed(lease_seconds: float = 60, died: int = 0) -> Table:
    table = started()
    for _ in range(died):
        claims.claim_next(Wish(table.wish.queue, "tester", -1))
        crashes.reap(MAX_CRASHES)
    return Table(table.run_id, table.wish, claims.claim_next(Wish(table.wish.queue, "tester", lease_seconds)))


def failed() -> Table:
    table = claimed()
    outcomes.fail(table.held, Failure("ValueError", "it broke", is_permanent=True))
    return table


def half_done() -> Table:
    """The first and the second node have succeeded, the third is claimed."""
    table = claimed()
    outcomes.succeed(table.held, {})
    second = claims.claim_next(table.wish)
    assert second is not None
    outcomes.succeed(second, {})
    return Table(table.run_id, table.wish, claims.claim_next(table.wish))


def at_the_end() -> Table:
    """All but the last node have succeeded, and that one is claimed."""
    table = half_done()
    outcomes.succeed(table.held, {})
    return Table(table.run_id, table.wish, claims.claim_next(table.wish))


def _succeed(table: Table) -> object:
    landing = outcomes.succeed(table.held, {"score": 7}, FILES, LINES, table.wish)
    return landing.landed, landing.claim is not None, landing.run_status


def _fail(table: Table, for_good: bool) -> object:
    landing = outcomes.fail(table.held, Failure("ValueError", "it broke", is_permanent=for_good), LINES)
    return landing.landed, landing.run_status


def _claim(table: Table) -> object:
    claim = claims.claim_next(table.wish)
    return claim and (claim.node_id, claim.attempt, _again(lambda: claims.is_held(claim)))


def _again(act: Callable[[], Result]) -> Result:
    """As the heartbeat, the sweeper and a reader of a page do: what the database refuses now is asked again."""
    while True:
        try:
            return act()
        except SQLAlchemyError:
            continue


def _give_back(table: Table) -> None:
    claims.give_back(table.held)


def _reap(_table: Table) -> None:
    _again(lambda: crashes.reap(MAX_CRASHES))


def _by_a_person(verb: Callable[..., Any], *arguments: object) -> Callable[[Table], None]:
    def act(table: Table) -> None:
        verb(table.run_id, *arguments, None)

    return act


def _retry(node_id: str | None, from_here: bool) -> Callable[[Table], None]:
    def act(table: Table) -> None:
        seen = _again(lambda: retrying.plan(table.run_id, node_id, from_here)).version
        retrying.retry(table.run_id, node_id, from_here, seen, None)

    return act


ALL = [
    Scene("start", created, _by_a_person(runs.start), by_a_person=True),
    Scene("pause", started, _by_a_person(runs.pause), by_a_person=True),
    Scene("resume", paused, _by_a_person(runs.resume), by_a_person=True),
    Scene("cancel", started, _by_a_person(runs.cancel), by_a_person=True),
    Scene("cancel what runs", claimed, _by_a_person(runs.cancel), by_a_person=True),
    Scene("retry what failed", failed, _retry(None, from_here=False), by_a_person=True),
    Scene("retry from here", half_done, _retry("first", from_here=True), by_a_person=True),
    Scene("skip", failed, _by_a_person(skipping.skip, "first", "not needed"), by_a_person=True),
    Scene("claim", started, _claim),
    Scene("renew", claimed, lambda table: _again(lambda: claims.renew(table.held, 60))),
    Scene("give back", claimed, _give_back),
    Scene("reap", lambda: claimed(lease_seconds=-1), _reap),
    Scene("reap and poison", lambda: claimed(lease_seconds=-1, died=MAX_CRASHES - 1), _reap),
    Scene("succeed", claimed, _succeed),
    Scene("succeed at the end", at_the_end, _succeed),
    Scene("fail in passing", claimed, lambda table: _fail(table, for_good=False)),
    Scene("fail for good", claimed, lambda table: _fail(table, for_good=True)),
]
