"""Places: of a team's runs so many may be under way at once. The others wait, not started, and the oldest goes first.

A start counts under the team's lock, which it holds until it commits: two cannot both take the last place. A retry
goes on at once, for its run was let in before; it counts, and new runs wait until there is room again.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, select

from dashboard.engine import team_limits
from dashboard.engine.states import RunStatus
from dashboard.engine.tables import run
from dashboard.engine.team_limits import team_limit

UNDER_WAY = (RunStatus.CANCELLING, RunStatus.PAUSED, RunStatus.RUNNING)

_TAKEN = (
    select(func.count())
    .where(run.c.team_id == bindparam("team"), run.c.status.in_(UNDER_WAY))
    .execution_options(point="place: count")
)


def are_full(connection: Connection, team_id: int) -> bool:
    """Whether a run of the team must wait with its start; if not, its place is kept until the transaction ends."""
    if team_limits.of_team(connection, team_id).active_runs is None:
        return False
    left = free(connection, team_id, team_limits.lock(connection, team_id).active_runs)
    return left is not None and left <= 0


def free(connection: Connection, team_id: int, most: int | None) -> int | None:
    """How many of `most` places are left; None where there is no limit."""
    return None if most is None else most - taken(connection, team_id)


def taken(connection: Connection, team_id: int) -> int:
    """How many runs of the team are under way."""
    return int(connection.execute(_TAKEN, {"team": team_id}).scalar_one())


def taken_there() -> ColumnElement[int]:
    """The same as a column of a query of runs."""
    other = run.alias("under_way")
    mine = select(func.count()).where(other.c.team_id == run.c.team_id, other.c.status.in_(UNDER_WAY))
    return mine.correlate(run).scalar_subquery()


def most_there() -> ColumnElement[int | None]:
    """How many places there are, as such a column; NULL where there is no limit."""
    chosen = select(team_limit.c.active_runs).where(team_limit.c.team_id == run.c.team_id).correlate(run)
    return func.coalesce(chosen.scalar_subquery(), literal(team_limits.of_installation().active_runs))
