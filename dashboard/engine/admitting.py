"""Start the runs that waited for one of their team's places."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from dashboard.engine import places, runs, team_limits
from dashboard.engine.errors import NotAllowedError
from dashboard.engine.states import RunStatus
from dashboard.engine.tables import run
from dashboard.engine.transactions import look

AT_ONCE = 100

logger = logging.getLogger(__name__)

_WAITS = run.c.status == RunStatus.CREATED, run.c.waits_for_place
_TEAMS = select(run.c.team_id).where(*_WAITS).distinct().execution_options(point="place: teams waiting")
_OLDEST = (
    select(run.c.id)
    .where(*_WAITS, run.c.team_id == bindparam("team"))
    .order_by(run.c.id)
    .limit(bindparam("most"))
    .execution_options(point="place: oldest")
)


def start_waiting() -> int:
    """Start as many as have a place now, the oldest of each team first; how many were started."""
    teams = look(lambda connection: connection.execute(_TEAMS).scalars().all())
    return sum(_start_of(team_id) for team_id in teams)


def _start_of(team_id: int) -> int:
    def body(connection: Connection) -> Sequence[int]:
        left = places.free(connection, team_id, team_limits.of_team(connection, team_id).active_runs)
        most = AT_ONCE if left is None else max(0, min(left, AT_ONCE))
        return connection.execute(_OLDEST, {"team": team_id, "most": most}).scalars().all()

    return sum(_start(run_id) for run_id in look(body))


def _start(run_id: int) -> bool:
    try:
        runs.start(run_id, None)
    except NotAllowedError as refusal:  # another was first, or somebody cancelled it
        logger.info("Run %s was left: %s", run_id, refusal)
        return False
    return True
