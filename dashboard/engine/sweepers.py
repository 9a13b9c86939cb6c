"""Sweepers say that they live: without one nothing is taken back from the dead, nor rung for what nobody heard."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from dashboard.engine.clock import later, now
from dashboard.engine.reports import FORGET_AFTER_SECONDS, SILENT_SECONDS
from dashboard.engine.transactions import reading, transaction
from dashboard.models import SweeperReport


def report(name: str) -> None:
    """The sweeper has swept; whoever fell silent long ago is forgotten."""
    mine, long_ago = SweeperReport.name == name, later(-FORGET_AFTER_SECONDS)
    with transaction() as connection:
        if not connection.execute(update(SweeperReport).where(mine).values(seen_at=now())).rowcount:
            connection.execute(delete(SweeperReport).where(SweeperReport.seen_at < long_ago))
            connection.execute(insert(SweeperReport).values(name=name, started_at=now(), seen_at=now()))


def forget(name: str) -> None:
    """The sweeper has ended in good order."""
    with transaction() as connection:
        connection.execute(delete(SweeperReport).where(SweeperReport.name == name))


def alive() -> list[str]:
    """The names of those that were heard of in the last minute."""
    lately = SweeperReport.seen_at > later(-SILENT_SECONDS)
    with reading() as connection:
        return list(connection.execute(select(SweeperReport.name).where(lately).order_by(SweeperReport.name)).scalars())
