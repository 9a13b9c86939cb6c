"""Loose files: bytes in the store that no row names yet, or no longer. After a day, those nobody names are removed.

A file is noted here before it is put into the store, and again when a row that named it goes. Whoever puts a file and
whoever removes it meet at its row: a file that is noted while it is being removed is put anew afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import cast

from flask import current_app
from sqlalchemy import Connection, Table, bindparam, delete, exists, func, insert, not_, or_, select, update

from dashboard.engine.clock import later, now
from dashboard.engine.states import NodeStatus
from dashboard.engine.tables import artifact, node
from dashboard.engine.transactions import look, persist
from dashboard.models import LooseFile, Paper
from dashboard.storage import Store

GRACE_SECONDS = 24 * 3600.0
AT_ONCE = 100

loose = cast(Table, LooseFile.__table__)

_RENEW = (
    update(loose).where(loose.c.sha256 == bindparam("file")).values(since=now()).execution_options(point="loose: renew")
)
_ADD = (
    insert(loose)
    .prefix_with("IGNORE", dialect="mysql")
    .prefix_with("OR IGNORE", dialect="sqlite")
    .values(since=now())
    .execution_options(point="loose: add")
)

# What an attempt under way has stored was noted after its claim, so it is never older than the oldest of them.
_BEGAN = select(func.coalesce(func.min(node.c.claimed_at), now())).where(node.c.status == NodeStatus.RUNNING)
_IS_OLD = (loose.c.since < later(-GRACE_SECONDS), loose.c.since < _BEGAN.scalar_subquery())
_OLD = select(loose.c.sha256).where(*_IS_OLD).order_by(loose.c.since).limit(AT_ONCE)
_OF_FILE = (loose.c.sha256 == bindparam("file"), *_IS_OLD)
_LOCK = select(loose.c.sha256).where(*_OF_FILE).with_for_update().execution_options(point="loose: lock")
_IS_NAMED = select(
    or_(
        exists().where(artifact.c.sha256 == bindparam("file")),
        exists().where(Paper.sha256 == bindparam("file")),
    )
)
COUNT = select(func.count()).where(  # of those that would be removed
    *_IS_OLD,
    not_(exists().where(artifact.c.sha256 == loose.c.sha256)),
    not_(exists().where(Paper.sha256 == loose.c.sha256)),
)
_FORGET = delete(loose).where(loose.c.sha256 == bindparam("file"))


def note(connection: Connection, files: Iterable[str]) -> None:
    """From now on they may be without an owner; within the caller's transaction, in the order of their hashes."""
    for sha256 in sorted(set(files)):
        if not connection.execute(_RENEW, {"file": sha256}).rowcount:
            connection.execute(_ADD, {"sha256": sha256})


def note_one(sha256: str) -> None:
    """The same, committed at once."""
    persist(lambda connection: note(connection, [sha256]))


def steps() -> Iterator[str]:
    """Remove files that nobody has named for a day, one a step."""
    while files := look(_old):
        for sha256 in files:
            if persist(partial(_collect_one, sha256=sha256)):
                yield sha256


def _old(connection: Connection) -> Sequence[str]:
    return connection.execute(_OLD).scalars().all()


def _collect_one(connection: Connection, sha256: str) -> bool:
    """Nobody can note the file before COMMIT. A death before it leaves the row, and the file is looked at again."""
    if connection.execute(_LOCK, {"file": sha256}).first() is None:
        return False
    is_named = bool(connection.execute(_IS_NAMED, {"file": sha256}).scalar())
    if not is_named:
        store: Store = current_app.extensions["store"]
        store.remove(sha256)
    connection.execute(_FORGET, {"file": sha256})
    return not is_named
