"""The one function RQ calls."""

from __future__ import annotations

import functools
import logging
import os
import time

from flask import Flask
from redis import RedisError

from dashboard import create_app, telemetry
from dashboard.engine import admitting, doorbell, pipeline
from dashboard.engine.claims import Claim, Wish, claim_next
from dashboard.engine.states import RUN_FINISHED
from dashboard.extensions import db
from jobs import bulk, draining, registry, runner, schedules, stopping, watched
from jobs.heartbeat import Heartbeat
from jobs.naming import worker_name
from jobs.slate import slate

logger = logging.getLogger(__name__)

LISTEN_SECONDS = 1  # at a time: a worker that is told to end should not be long in hearing it


def drain(queue: str) -> int:
    """Run the ready nodes of the queue, then linger for more rings until the time is up; how many nodes were run."""
    app = application()
    settings = app.extensions["settings"]
    give_up, known = time.monotonic() + settings.drain_seconds, registry.names()
    count = 0
    with app.app_context(), Heartbeat(app) as heartbeat:
        rung: str | None = queue
        while rung is not None:
            count += _empty(Wish(rung, worker_name(), settings.lease_seconds, known), heartbeat, give_up)
            bulk.carry_on()
            schedules.carry_on()
            rung = _linger(min(give_up, time.monotonic() + settings.linger_seconds))
    return count


def _empty(wish: Wish, heartbeat: Heartbeat, give_up: float) -> int:
    """Claim and run nodes until none is ready or the time is up; how many were run."""
    count = 0
    claim = _next(wish)
    while claim is not None:
        is_last = _is_told_to_rest() or time.monotonic() > give_up
        with watched.claimed(claim):
            landing = runner.run(claim, heartbeat, None if is_last else wish)
        count += 1
        doorbell.ring(landing.ready)
        if landing.run_status in RUN_FINISHED:
            admitting.start_waiting()
        claim = landing.claim
        if is_last:
            doorbell.ring([wish.queue])
        elif claim is None:
            claim = _next(wish)
    telemetry.flush()
    slate.clear()  # whoever lingers holds nothing
    return count


def _next(wish: Wish) -> Claim | None:
    """The next claim; whoever is told to rest rings for the others instead."""
    if _is_told_to_rest():
        doorbell.ring([wish.queue])
        return None
    return claim_next(wish)


def _is_told_to_rest() -> bool:
    return stopping.is_asked() or draining.is_asked()


def _linger(until: float) -> str | None:
    """The queue of the next ring, taken here and now: a worker that is warm need not be forked again."""
    while time.monotonic() < until and not _is_told_to_rest():
        try:
            rung = doorbell.answer(_queues_served(), LISTEN_SECONDS)
        except RedisError as error:
            logger.warning("The doorbell is out of order (%s): lingering is of no use.", error)
            return None
        if rung is not None:
            return rung
    return None


@functools.cache
def application() -> Flask:
    """The application of this process; the worker makes it before it forks, so that horses inherit it."""
    app = create_app()
    with app.app_context():
        pipeline.install(db.engine)
    return app


def after_fork() -> None:
    """In a fresh horse: forget the parent's database connections, which two processes must not share."""
    app = application()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
    app.extensions.pop("redis", None)


def _queues_served() -> list[str]:
    return os.environ["PAPERSNITCH_QUEUES"].split(",")
