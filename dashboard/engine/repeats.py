"""Requests that come twice under one key: the first is carried out, the others get its answer.

key  (none) -> under way -> answered, for a day; under way -> (none) when the act was refused

What broke midway, or was killed, stays under way for that day: nobody knows whether it was done.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.engine.clock import later, now
from dashboard.engine.errors import ConflictError, InvalidInputError
from dashboard.engine.transactions import look, persist
from dashboard.models import KeptAnswer

KEPT_SECONDS = 24 * 3600.0
SWEPT_AT_ONCE = 100

kept = cast(Table, KeptAnswer.__table__)


@dataclass(frozen=True)
class Asked:
    """Who asks, in which team, under which key, and the hash of what they send."""

    user_id: int
    team_id: int
    key: str
    request_hash: str

    @property
    def key_hash(self) -> str:
        return hashlib.sha256(f"{self.team_id} {self.key}".encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What was answered: JSON, and the address of what was made."""

    status: int
    body: str
    location: str | None


def begin(asked: Asked) -> int | Answer:
    """The key is this request's to carry out: its id. Or else what was answered before.

    InvalidInputError when it came with something else before, ConflictError while the first is under way.
    """
    values = {"user_id": asked.user_id, "key_hash": asked.key_hash, "request_hash": asked.request_hash}

    def body(connection: Connection) -> int:
        _sweep(connection)
        added = connection.execute(insert(kept).values(**values, created_at=now())).inserted_primary_key
        return int(added[0])  # type: ignore[index]  # an INSERT of one row always has one

    try:
        return persist(body, landed=_is_there)
    except IntegrityError:
        return _before(asked)


def keep(key_id: int, answer: Answer) -> None:
    """Answer so from now on."""
    values = {"status": answer.status, "body": answer.body, "location": answer.location}
    persist(lambda connection: connection.execute(update(kept).where(kept.c.id == key_id).values(values)).rowcount)


def forget(key_id: int) -> None:
    """Nothing was done: the key is free again."""
    persist(lambda connection: connection.execute(delete(kept).where(kept.c.id == key_id)).rowcount)


def _before(asked: Asked) -> Answer:
    mine = (kept.c.user_id == asked.user_id, kept.c.key_hash == asked.key_hash)
    row: Any = look(lambda connection: connection.execute(select(kept).where(*mine)).first())
    if row is not None and row.request_hash != asked.request_hash:
        raise InvalidInputError("This Idempotency-Key came with another request before. Choose a new one for this.")
    if row is None or row.status is None:
        raise ConflictError(
            "The first request with this Idempotency-Key is under way, or was cut off. Ask again in a moment; if it "
            "stays so, look what came of it before you choose a new key."
        )
    return Answer(row.status, row.body, row.location)


def _is_there(key_id: int) -> bool:
    found = select(kept.c.id).where(kept.c.id == key_id)
    return look(lambda connection: connection.execute(found).first()) is not None


def _sweep(connection: Connection) -> None:
    """Drop what was kept for long enough, a few at a time."""
    old = select(kept.c.id).where(kept.c.created_at < later(-KEPT_SECONDS)).order_by(kept.c.id).limit(SWEPT_AT_ONCE)
    if ids := connection.execute(old).scalars().all():
        connection.execute(delete(kept).where(kept.c.id.in_(ids)))
