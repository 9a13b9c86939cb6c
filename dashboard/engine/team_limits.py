"""What a team may use at most: set by operators for one team, in the settings for all. What has no limit is None.

The team's row is also its lock: whoever counts what a team has, in order to add to it, holds the row until COMMIT.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, cast

from flask import current_app
from sqlalchemy import Connection, Table, bindparam, insert, select, update

from dashboard.config import Settings
from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError
from dashboard.models import TeamLimit

MOST = 2**31 - 1
MOST_BYTES = 2**53
MOST_SPEND = 99_999_999
RAISED_BY = "An operator of this site can raise the limit."

team_limit = cast(Table, TeamLimit.__table__)


@dataclass(frozen=True)
class Limits:
    """`storage_bytes` are bytes, `active_runs` runs at a time, `month_spend` US dollars in a month of UTC."""

    papers: int | None = None
    storage_bytes: int | None = None
    active_runs: int | None = None
    month_spend: float | None = None


_OWN = (
    select(team_limit.c.papers, team_limit.c.storage_bytes, team_limit.c.active_runs, team_limit.c.month_spend)
    .where(team_limit.c.team_id == bindparam("team"))
    .execution_options(point="limit: of team")
)
_LOCK = _OWN.with_for_update().execution_options(point="limit: lock")
_MAKE_ROW = (
    insert(team_limit)
    .prefix_with("IGNORE", dialect="mysql")
    .prefix_with("OR IGNORE", dialect="sqlite")
    .values(updated_at=now())
    .execution_options(point="limit: make row")
)


def of_installation() -> Limits:
    """What every team may use that has no limits of its own."""
    settings: Settings = current_app.extensions["settings"]
    return Limits(settings.team_max_papers, settings.team_max_storage_bytes, settings.team_max_active_runs,
                  settings.team_max_month_spend)  # fmt: skip


def own(connection: Connection, team_id: int) -> Limits:
    """Only what an operator set for that team."""
    return _limits(connection.execute(_OWN, {"team": team_id}).first())


def of_team(connection: Connection, team_id: int) -> Limits:
    """What the team may use."""
    return _merged(own(connection, team_id))


def lock(connection: Connection, team_id: int) -> Limits:
    """The same, and nobody else counts what the team has until the caller's transaction ends."""
    found = connection.execute(_LOCK, {"team": team_id}).first()
    if found is None:
        connection.execute(_MAKE_ROW, {"team_id": team_id})
        found = connection.execute(_LOCK, {"team": team_id}).first()
    return _merged(_limits(found))


def choose(team_id: int, chosen: Limits, by: int | None) -> None:
    """Set a team's limits; those that are None are the installation's again. InvalidInputError where one is none."""
    if problems := _problems(chosen):
        raise InvalidInputError(*problems)

    def body(connection: Connection) -> Act[None]:
        lock(connection, team_id)
        before = own(connection, team_id)
        values = {**asdict(chosen), "updated_by": by, "updated_at": now()}
        connection.execute(update(team_limit).where(team_limit.c.team_id == team_id).values(**values))
        detail = {"before": asdict(before), "after": asdict(chosen)}
        return Act(audit.add(connection, "team.limits", "team", team_id, team_id, by, detail), "team.limits", None)

    acts.perform(body)


def _merged(mine: Limits) -> Limits:
    given = {name: value for name, value in asdict(mine).items() if value is not None}
    return Limits(**{**asdict(of_installation()), **given})


def _limits(row: Any) -> Limits:
    if row is None:
        return Limits()
    spend = float(row.month_spend) if isinstance(row.month_spend, Decimal) else row.month_spend
    return Limits(row.papers, row.storage_bytes, row.active_runs, spend)


def _problems(chosen: Limits) -> list[str]:
    said = (
        (chosen.papers, MOST, "The number of papers"),
        (chosen.storage_bytes, MOST_BYTES, "The storage"),
        (chosen.active_runs, MOST, "The number of runs at a time"),
        (chosen.month_spend, MOST_SPEND, "The spend of a month"),
    )
    return [f"{what} is from 0 to {most:,}." for value, most, what in said if not 0 <= (value or 0) <= most]
