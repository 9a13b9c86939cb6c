"""Resume a paused workflow, and start the runs that waited for it."""

from __future__ import annotations

import logging

from sqlalchemy import Connection, bindparam, delete, select

from dashboard.engine import acts, runs
from dashboard.engine.acts import Act
from dashboard.engine.errors import NotAllowedError
from dashboard.engine.pausing import act, definition, lock_workflow, pause_row
from dashboard.engine.states import RunStatus
from dashboard.engine.tables import run
from dashboard.engine.transactions import reading

AT_ONCE = 100

logger = logging.getLogger(__name__)

_WAITING = (
    select(run.c.id)
    .join_from(run, definition, definition.c.id == run.c.definition_id)
    .outerjoin(pause_row, pause_row.c.name == definition.c.name)
    .where(run.c.status == RunStatus.CREATED, run.c.waits_for_workflow, pause_row.c.name.is_(None))
    .order_by(run.c.id)
    .limit(bindparam("most"))
)


def resume(name: str, by: int | None) -> None:
    """New runs start again, and so do those that waited; NotAllowedError when the workflow is not paused."""

    def body(connection: Connection) -> Act[None]:
        definition_id = lock_workflow(connection, name)
        if not connection.execute(delete(pause_row).where(pause_row.c.name == name)).rowcount:
            raise NotAllowedError(f"{name} is not paused.")
        return act(connection, "resume", name, definition_id, by, {})

    acts.perform(body)
    start_waiting()


def start_waiting(most: int = AT_ONCE) -> int:
    """Start runs whose workflow is no longer paused, the oldest first, at most so many; how many were started."""
    with reading() as connection:
        found = connection.execute(_WAITING, {"most": most}).scalars().all()
    return sum(_start(run_id) for run_id in found)


def _start(run_id: int) -> bool:
    try:
        runs.start(run_id, None)
    except NotAllowedError as refusal:  # another sweeper was first, or somebody cancelled it
        logger.info("Run %s was left: %s", run_id, refusal)
        return False
    return True
