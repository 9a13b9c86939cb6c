"""All parents of a node finish in the same moment, in processes and threads of their own: it becomes ready once.

Protected by the run's lock, the first statement of a success: who counts the parents has seen all that ended before.

Seen to fail: no `enter_run` in `succeed` -> in 11 meetings 5 children that waited for ever.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from multiprocessing import get_context

from flask import Flask

from dashboard import create_app
from dashboard.engine import outcomes
from dashboard.engine.claims import Claim
from tests.chaos.stage import Stage
from tests.chaos.trial import Trial
from tests.engine import steps

FAULT = "fan-in of 2, 3, 8 and 64 parents finishing at once"
MEETINGS = {2: 5, 3: 3, 8: 2, 64: 1}  # how often so many parents meet in a round
PROCESSES = 2


def run(stage: Stage, scale: float) -> Trial:
    meetings = [parents for parents, times in MEETINGS.items() for _ in range(times * max(1, round(40 * scale)))]
    with _finishers(stage.environment) as pool:
        wrong = sum(_fan_in(pool, parents) != 1 for parents in meetings)
    counts = {"a child that became ready never, or more than once": wrong} if wrong else {}
    return Trial(FAULT, len(meetings), stage.broken() | counts, stage.seconds, f"{PROCESSES} processes")


def _fan_in(pool: ProcessPoolExecutor, parents: int) -> int:
    """How often the child became ready; it then runs, where it is."""
    names = [f"p{number}" for number in range(parents)]
    run_id = steps.begin(" ".join(f"{name}-child" for name in names))
    held = [steps.claim(name) for name in names]
    moment = time.time() + 0.05
    shares = [held[first::PROCESSES] for first in range(min(PROCESSES, parents))]
    times = sum(pool.map(partial(_finish, moment=moment), shares))
    if steps.statuses(run_id)["child"] == "READY":
        steps.pass_node("child")
    return times


@contextmanager
def _finishers(environment: Mapping[str, str]) -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), _prepare, (dict(environment),)) as pool:
        yield pool


def _prepare(environment: dict[str, str]) -> None:
    os.environ.update(environment)


@cache
def _app() -> Flask:
    """The application of a process of the pool."""
    return create_app()


def _finish(share: Sequence[Claim], moment: float) -> int:
    """In a process of the pool: let all of the share succeed at that moment; how often the child became ready."""

    def succeed(claim: Claim) -> int:
        with _app().app_context():
            time.sleep(max(0.0, moment - time.time()))
            return len(outcomes.succeed(claim, {}).ready)

    with ThreadPoolExecutor(len(share)) as threads:
        return sum(threads.map(succeed, share))
