"""Workers say that they live, so that pages can say why nothing moves.

Each report is tried once: the next one comes soon, and a worker that waited for the database here would not look at its
horse, or not end when it is told to.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select, update

from dashboard.engine.clock import later, now
from dashboard.engine.transactions import reading, transaction
from dashboard.models import WorkerReport

SILENT_SECONDS = 60.0  # without a report: several were missed
FORGET_AFTER_SECONDS = 24 * 3600.0


def report(name: str, queues: Sequence[str], pid: int, handlers: Mapping[str, str] | None = None) -> None:
    """The worker is alive, serves those queues, and has those handlers (versions by name)."""
    served = {"queues": ",".join(queues), "host": socket.gethostname(), "pid": pid, "seen_at": now(),
              "handlers": None if handlers is None else dict(handlers)}  # fmt: skip
    with transaction() as connection:
        if not connection.execute(update(WorkerReport).where(WorkerReport.name == name).values(**served)).rowcount:
            connection.execute(insert(WorkerReport).values(name=name, started_at=now(), **served))


def handlers() -> frozenset[str] | None:
    """The handlers that the workers have that are up; None when there is none, or one of them does not tell."""
    alive = select(WorkerReport.handlers).where(WorkerReport.seen_at > later(-SILENT_SECONDS))
    with reading() as connection:
        told = connection.execute(alive).scalars().all()
    known = [each for each in told if each is not None]
    return frozenset().union(*known) if known and len(known) == len(told) else None


def forget(name: str) -> None:
    """The worker has ended in good order."""
    with transaction() as connection:
        connection.execute(delete(WorkerReport).where(WorkerReport.name == name))


def forget_the_lost() -> None:
    """Drop workers that have not been seen for a day."""
    long_ago = later(-FORGET_AFTER_SECONDS)
    with transaction() as connection:
        connection.execute(delete(WorkerReport).where(WorkerReport.seen_at < long_ago))
