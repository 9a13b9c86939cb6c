"""Forgetting: what was told long ago, a few rows at a time, so that nobody waits for it."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from dashboard.engine.awaiting import awaited
from dashboard.engine.clock import later
from dashboard.engine.deliveries import State, delivered, delivery
from dashboard.engine.notices import notice
from dashboard.engine.transactions import persist

AT_ONCE = 500
DAYS = 30.0


def forget_the_told(days: float = DAYS) -> int:
    """Drop deliveries, notices and awaited batches that were over so many days ago; how many deliveries and notices."""
    gone = 0
    while dropped := persist(lambda connection: _forget(connection, days)):
        gone += dropped
    return gone


def _forget(connection: Connection, days: float) -> int:
    long_ago = later(-days * 24 * 3600)
    over = (delivery.c.state != State.WAITING, delivery.c.ended_at < long_ago)
    letters = connection.execute(select(delivery.c.id).where(*over).limit(AT_ONCE)).scalars().all()
    connection.execute(delete(delivered).where(delivered.c.delivery_id.in_(letters)))
    connection.execute(delete(delivery).where(delivery.c.id.in_(letters)))
    told = ~select(delivered.c.notice_id).where(delivered.c.notice_id == notice.c.id).exists()
    old = select(notice.c.id).where(notice.c.spread_at < long_ago, told).limit(AT_ONCE)
    notices = connection.execute(old).scalars().all()
    connection.execute(delete(notice).where(notice.c.id.in_(notices)))
    connection.execute(delete(awaited).where(awaited.c.told_at < long_ago))
    return len(letters) + len(notices)
