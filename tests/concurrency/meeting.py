"""Two acts on one run meet at every point where they can: one is held there while the other makes its whole move."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import update

from dashboard.engine.clock import later
from dashboard.engine.tables import node
from dashboard.engine.transactions import transaction
from tests import factories
from tests.concurrency.points import PATIENCE_SECONDS, Act, Walk, watched
from tests.crowd import invariants
from tests.engine import steps


@dataclass(frozen=True)
class Scene:
    """A run, and two acts that can happen to it at the same moment."""

    run_id: int
    one: Act
    other: Act


@dataclass(frozen=True)
class Meeting:
    """How two acts met: which was held where, and what each returned or raised."""

    run_id: int
    place: str
    one: Any
    other: Any

    @property
    def statuses(self) -> dict[str, str]:
        """Where the run's nodes stand now, and under `run` the run itself."""
        return {**steps.statuses(self.run_id), "run": steps.run_of(self.run_id).status}

    def attempts(self, node_id: str) -> list[str]:
        """How each attempt of that node ended, in order."""
        row = factories.node_of(self.run_id, node_id)
        return [attempt.outcome for attempt in steps.attempts_of(row.id)]


def meetings(app: Flask, scene: Callable[[], Scene]) -> Iterator[Meeting]:
    """Every meeting of the scene's acts: each is held at each of its points in turn, each time in a new scene.

    Held at its first statement an act finds the other wholly done; at its COMMIT the other finds everything but that.
    The invariants hold after each meeting.
    """
    for name in ("one", "other"):
        for number in itertools.count(1):
            made = scene()
            met = _meet(app, made, name, number)
            if met:
                broken = invariants.broken()
                assert not broken, f"{met.place}: {broken}"
                yield met
            _put_away(made.run_id)
            if not met:
                assert number > 1, f"{name} made no statement"
                break


def _meet(app: Flask, scene: Scene, name: str, number: int) -> Meeting | None:
    """Hold the act of that name before its statement of that number; None when it makes fewer."""
    acts = (scene.one, scene.other) if name == "one" else (scene.other, scene.one)
    held, free = Walk(acts[0], stop_at=number), Walk(acts[1])
    with watched(held, free), ThreadPoolExecutor(2) as pool:
        first = pool.submit(held.begin, app)
        try:
            if not held.arrives(first):
                return None
            second = pool.submit(free.begin, app)
            word = "ended" if free.ends(second) else "waited"
        finally:
            held.go_on()
        results = first.result(PATIENCE_SECONDS), second.result(PATIENCE_SECONDS)
    place = f"{name} was held before {number}, {held.points[number - 1]}; meanwhile the second {word}"
    return Meeting(scene.run_id, place, *(results if name == "one" else results[::-1]))


def _put_away(run_id: int) -> None:
    """Move the run's nodes out of the next scene's way: into a queue nobody claims from, their leases far ahead."""
    its_own = update(node).where(node.c.run_id == run_id)
    with transaction() as connection:
        connection.execute(its_own.values(queue="put away"))
        connection.execute(its_own.where(node.c.claim_expires_at.is_not(None)).values(claim_expires_at=later(3600)))
