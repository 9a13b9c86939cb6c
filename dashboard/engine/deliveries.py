"""Deliveries: letters and calls on their way, each tried until it lands or is given up.

WAITING -> SENT | FAILED; SENT, FAILED -> WAITING by a person. Whoever tries one moves its `due_at` first: should they
die, others try it when that has come, under the same `uid`, by which receivers know what they have seen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, func, select, update

from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import later, now
from dashboard.engine.errors import NotFoundError
from dashboard.engine.transactions import persist, reading
from dashboard.models import DeliveredNotice, Delivery

delivery = cast(Table, Delivery.__table__)
delivered = cast(Table, DeliveredNotice.__table__)

TRYING_SECONDS = 120.0  # longer than any try takes
WAITS = (10.0, 60.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0)  # after each try that failed: 19 hours in all
LONGEST_ANSWER = 2000


class State(StrEnum):
    WAITING = "WAITING"
    SENT = "SENT"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Taken:
    """A delivery in the hands of whoever tries it now; a first try has no `body` yet and must write it."""

    id: int
    uid: str
    team_id: int
    event: str
    user_id: int | None
    webhook_id: int | None
    attempt: int
    body: str | None
    notice_ids: tuple[int, ...]


@dataclass(frozen=True)
class Try:
    """What came of a try: the HTTP status if there was one, how many seconds it took, what the other side said."""

    landed: bool
    answer: str
    status: int | None = None
    seconds: float | None = None
    is_hopeless: bool = False


def due(most: int, each: int) -> list[int]:
    """Deliveries whose time has come, of each receiver a few: one that is away must not hold up the others."""
    receiver, first = (delivery.c.user_id, delivery.c.webhook_id), (delivery.c.due_at, delivery.c.id)
    turn = func.row_number().over(partition_by=receiver, order_by=first).label("turn")
    its_time = (delivery.c.state == State.WAITING, delivery.c.due_at <= now())
    ranked = select(delivery.c.id, delivery.c.due_at, turn).where(*its_time).subquery()
    wanted = select(ranked.c.id).where(ranked.c.turn <= each).order_by(ranked.c.due_at, ranked.c.id).limit(most)
    with reading() as connection:
        return list(connection.execute(wanted).scalars())


def take(delivery_id: int) -> Taken | None:
    """Take it in hand; None when others have, or when it is over."""

    def body(connection: Connection) -> Taken | None:
        mine = _waiting(delivery_id) & (delivery.c.due_at <= now())
        taking = {"attempts": delivery.c.attempts + 1, "due_at": later(TRYING_SECONDS)}
        if not connection.execute(update(delivery).where(mine).values(**taking)).rowcount:
            return None
        row = connection.execute(select(delivery).where(delivery.c.id == delivery_id)).one()
        told = select(delivered.c.notice_id).where(delivered.c.delivery_id == delivery_id)
        keys = connection.execute(told.order_by(delivered.c.notice_id)).scalars().all()
        return Taken(
            row.id, row.uid, row.team_id, row.event, row.user_id, row.webhook_id, row.attempts, row.body, tuple(keys)
        )

    return persist(body)


def write(taken: Taken, body: str) -> None:
    """Keep what is sent, so that each later try sends the same."""
    values = {"body": body}
    persist(lambda connection: connection.execute(update(delivery).where(_held(taken)).values(**values)).rowcount)


def record(taken: Taken, tried: Try) -> bool:
    """Record a try: it landed, is to be tried again after a wait, or is given up. False when others took it since."""
    values = {"status": tried.status, "seconds": tried.seconds, "answer": tried.answer[:LONGEST_ANSWER]}
    return persist(
        lambda connection: bool(
            connection.execute(update(delivery).where(_held(taken)).values(**values, **_after(taken, tried))).rowcount
        )
    )


def resend(delivery_id: int, team_id: int, by: int | None) -> None:
    """Try it again now, from the first try on, with the same body and `uid`."""

    def body(connection: Connection) -> Act[None]:
        mine = (delivery.c.id == delivery_id, delivery.c.team_id == team_id, delivery.c.webhook_id.is_not(None))
        anew = {"state": State.WAITING, "attempts": 0, "due_at": now(), "ended_at": None}
        if not connection.execute(update(delivery).where(*mine).values(**anew)).rowcount:
            raise NotFoundError("There is no such delivery.")
        return Act(
            audit.add(connection, "webhook.resend", "delivery", delivery_id, team_id, by), "webhook.resend", None
        )

    acts.perform(body)


def _after(taken: Taken, tried: Try) -> dict[str, Any]:
    if tried.landed:
        return {"state": State.SENT, "ended_at": now()}
    if tried.is_hopeless or taken.attempt > len(WAITS):
        return {"state": State.FAILED, "ended_at": now()}
    return {"due_at": later(WAITS[taken.attempt - 1] * random.uniform(0.8, 1.2))}  # noqa: S311


def _waiting(delivery_id: int) -> ColumnElement[bool]:
    return (delivery.c.id == delivery_id) & (delivery.c.state == State.WAITING)


def _held(taken: Taken) -> ColumnElement[bool]:
    return _waiting(taken.id) & (delivery.c.attempts == taken.attempt)
