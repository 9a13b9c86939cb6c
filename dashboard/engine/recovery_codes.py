"""Recovery codes: ten that stand in for a lost device, each once. Only hashes are kept.

Each is of 120 random bits, so a plain hash keeps it as secret as a slow one would.
"""

from __future__ import annotations

import base64
import secrets
from typing import cast

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from dashboard.engine.clock import now
from dashboard.engine.links import hash_of
from dashboard.extensions import db
from dashboard.models import RecoveryCode

HOW_MANY = 10
BYTES = 15  # 24 letters
GROUP = 4

recovery = cast(Table, RecoveryCode.__table__)


def renew(connection: Connection, user_id: int) -> list[str]:
    """Within the caller's transaction: new codes, to be shown once; the old ones are worth nothing from now on."""
    forget(connection, user_id)
    codes = [base64.b32encode(secrets.token_bytes(BYTES)).decode().lower() for _ in range(HOW_MANY)]
    rows = [{"user_id": user_id, "code_hash": hash_of(code)} for code in codes]
    connection.execute(insert(recovery).values(created_at=now()), rows)
    return ["-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in codes]


def take(connection: Connection, user_id: int, typed: str) -> bool:
    """Within the caller's transaction: use the code up; False when it is none of the person's, or used already."""
    code = "".join(typed.replace("-", " ").split()).lower()
    mine = update(recovery).where(recovery.c.user_id == user_id, recovery.c.code_hash == hash_of(code))
    return connection.execute(mine.where(recovery.c.used_at.is_(None)).values(used_at=now())).rowcount == 1


def forget(connection: Connection, user_id: int) -> None:
    """Within the caller's transaction."""
    connection.execute(delete(recovery).where(recovery.c.user_id == user_id))


def left(user_id: int) -> int:
    """How many the person has not used yet."""
    unused = select(func.count()).where(recovery.c.user_id == user_id, recovery.c.used_at.is_(None))
    return int(db.session.scalar(unused) or 0)
