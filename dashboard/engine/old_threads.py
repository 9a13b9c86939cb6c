"""Old threads: checkpoints of graphs that nothing will take up again, removed some days after their last step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast as typed

from sqlalchemy import Connection, String, Table, bindparam, cast, delete, func, or_, select

from dashboard.engine.clock import later
from dashboard.engine.tables import node, run
from dashboard.engine.transactions import look, persist
from dashboard.models import LangGraphCheckpoint, LangGraphWrite

AT_ONCE = 100  # threads looked up at a time; each is removed in a transaction of its own

checkpoint = typed(Table, LangGraphCheckpoint.__table__)
write = typed(Table, LangGraphWrite.__table__)

# Of nodes that have ended, and of generations that a retry has replaced.
OLD = (
    select(checkpoint.c.thread_id)
    .join(node, node.c.id == checkpoint.c.node_id)
    .join(run, run.c.id == node.c.run_id)
    .where(
        run.c.team_id == bindparam("team"),
        or_(
            node.c.finished_at < later(bindparam("ago")),
            checkpoint.c.thread_id != cast(node.c.id, String) + ":" + cast(node.c.generation, String),
        ),
    )
    .group_by(checkpoint.c.thread_id)
    .having(func.max(checkpoint.c.created_at) < later(bindparam("ago")))
)


def steps(team_id: int, days: float) -> Iterator[str]:
    """Remove every thread of the team that is over and has been still for `days`, one a step."""
    while threads := look(partial(_old, team_id=team_id, days=days)):
        for thread_id in threads:
            persist(partial(_remove, thread_id=thread_id))
            yield thread_id


def _old(connection: Connection, team_id: int, days: float) -> Sequence[str]:
    return connection.execute(OLD.limit(AT_ONCE), {"team": team_id, "ago": -86400.0 * days}).scalars().all()


def _remove(connection: Connection, thread_id: str) -> None:
    for table in (write, checkpoint):
        connection.execute(delete(table).where(table.c.thread_id == thread_id))
