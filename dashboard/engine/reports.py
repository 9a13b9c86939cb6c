"""Workers say that they live, so that pages can say why nothing moves."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, update

from dashboard.engine.clock import later, now
from dashboard.engine.transactions import persist
from dashboard.models import WorkerReport

FORGET_AFTER_SECONDS = 24 * 3600.0


def report(name: str, queues: Sequence[str], pid: int) -> None:
    """The worker is alive and serves those queues."""
    served = {"queues": ",".join(queues), "host": socket.gethostname(), "pid": pid, "seen_at": now()}

    def body(connection: Connection) -> None:
        if not connection.execute(update(WorkerReport).where(WorkerReport.name == name).values(**served)).rowcount:
            connection.execute(insert(WorkerReport).values(name=name, started_at=now(), **served))

    persist(body)


def forget(name: str) -> None:
    """The worker has ended in good order."""
    persist(lambda connection: connection.execute(delete(WorkerReport).where(WorkerReport.name == name)))


def forget_the_lost() -> None:
    """Drop workers that have not been seen for a day."""
    long_ago = later(-FORGET_AFTER_SECONDS)
    persist(lambda connection: connection.execute(delete(WorkerReport).where(WorkerReport.seen_at < long_ago)))
