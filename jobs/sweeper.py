"""The safety net: takes back what dead workers held, and rings for what is due and nobody was rung for.

Any number of sweepers may run; each step is guarded by row and token.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dashboard import create_app, logging_setup, storage
from dashboard.engine import (
    admitting,
    crashes,
    doorbell,
    forgetting_notices,
    limits,
    reports,
    resuming,
    retention,
    sessions,
    sweepers,
    tallies,
)
from dashboard.engine.clock import now
from dashboard.engine.errors import StorageError
from dashboard.engine.retention import Removed
from dashboard.engine.states import NodeStatus
from dashboard.engine.tables import node
from dashboard.engine.transactions import reading
from jobs import bulk, notices
from jobs.naming import worker_name

HOUSEKEEPING_SECONDS = 3600.0
SLICE_SECONDS = 0.5  # of each turn, for what retention removes

logger = logging.getLogger(__name__)


def main() -> None:
    """Sweep until told to stop."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    logging_setup.always(worker=worker_name())
    app = create_app()
    settings = app.extensions["settings"]
    storage.demand(settings)
    housekept = float("-inf")
    removing: Iterator[Removed] = iter(())
    with app.app_context(), notices.told_beside(app):
        while not over.wait(settings.sweep_seconds):
            try:
                sweep(settings.max_crashes)
                sweepers.report(worker_name())
                if time.monotonic() - housekept > HOUSEKEEPING_SECONDS:
                    tidy()
                    removing = retention.steps()
                    housekept = time.monotonic()
                spend(removing)
            except (SQLAlchemyError, StorageError) as error:
                logger.warning("Sweep failed, and is tried again: %s", error)
        with suppress(SQLAlchemyError):
            sweepers.forget(worker_name())


def sweep(max_crashes: int) -> None:
    """One turn: reap expired claims, lift what waits at gates with places, start what waited for it, count, ring."""
    crashes.reap(max_crashes)
    limits.lift_waiters()
    resuming.start_waiting()
    admitting.start_waiting()
    bulk.carry_on()
    tallies.count_all()
    doorbell.ring(queues_due())


def spend(removing: Iterator[Removed]) -> None:
    """Go on removing what retention says, for a slice of the turn; the rest is for the turns after it."""
    until = time.monotonic() + SLICE_SECONDS
    for _removed in removing:
        if time.monotonic() > until:
            return


def tidy() -> None:
    """Forget workers that are gone, sessions that are over, what was told long ago."""
    reports.forget_the_lost()
    forgetting_notices.forget_the_told()
    sessions.forget_the_ended()


def queues_due() -> list[str]:
    """Queues that hold a ready node whose time has come."""
    due = select(node.c.queue).where(node.c.status == NodeStatus.READY, node.c.available_at <= now()).distinct()
    with reading() as connection:
        return [str(name) for name in connection.execute(due).scalars()]
