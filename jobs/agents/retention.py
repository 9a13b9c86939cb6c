"""Old threads: checkpoints of graphs that nothing will take up again are removed some days after their last step."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, bindparam, cast, func, or_, select

from dashboard.engine.clock import later
from dashboard.engine.tables import node
from dashboard.engine.transactions import reading, transaction
from jobs.agents.checkpoint_rows import CHECKPOINTS, delete_thread

MOST = 100  # threads looked up at a time; each is deleted in a transaction of its own

# Of nodes that have ended, and of generations that a retry has replaced.
_OLD = (
    select(CHECKPOINTS.c.thread_id)
    .join(node, node.c.id == CHECKPOINTS.c.node_id)
    .where(
        or_(
            node.c.finished_at < later(bindparam("ago")),
            CHECKPOINTS.c.thread_id != cast(node.c.id, String) + ":" + cast(node.c.generation, String),
        )
    )
    .group_by(CHECKPOINTS.c.thread_id)
    .having(func.max(CHECKPOINTS.c.created_at) < later(bindparam("ago")))
    .limit(MOST)
)


def forget_old_threads(days: float) -> int:
    """Remove every thread that is over and has been still for `days`; how many there were."""
    count = 0
    while threads := _old(days):
        for thread_id in threads:
            with transaction() as connection:
                delete_thread(connection, thread_id)
        count += len(threads)
    return count


def _old(days: float) -> Sequence[str]:
    with reading() as connection:
        return connection.execute(_OLD, {"ago": -86400.0 * days}).scalars().all()
