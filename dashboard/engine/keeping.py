"""How long each team's runs keep what they left: set by operators for one team, in the settings for all."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import cast

from flask import current_app
from sqlalchemy import Connection, Row, Table, bindparam, insert, select, update

from dashboard.config import Settings
from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError
from dashboard.keeping import Keeping
from dashboard.models import Team, TeamRetention

MOST_DAYS = 36_500

team_retention = cast(Table, TeamRetention.__table__)


@dataclass(frozen=True)
class Own:
    """What is set for one team: None leaves the installation's, 0 keeps for ever."""

    logs: float | None = None
    attempts: float | None = None
    artifacts: float | None = None
    checkpoints: float | None = None


KINDS = tuple(field.name for field in fields(Own))
_COLUMNS = tuple(team_retention.c[kind] for kind in KINDS)
_OWN = select(*_COLUMNS).where(team_retention.c.team_id == bindparam("team"))
_LOCK = _OWN.with_for_update()
_ALL = select(Team.id, *_COLUMNS).outerjoin(team_retention, team_retention.c.team_id == Team.id).order_by(Team.id)


def of_installation() -> Keeping:
    """For every team that has nothing of its own."""
    settings: Settings = current_app.extensions["settings"]
    return settings.keeping


def of_teams(connection: Connection) -> dict[int, Keeping]:
    """For every team, by its key."""
    return {row.id: _merged(row) for row in connection.execute(_ALL)}


def of_team(connection: Connection, team_id: int) -> Keeping:
    """For that team."""
    return _merged(connection.execute(_OWN, {"team": team_id}).first())


def own(connection: Connection, team_id: int) -> Own:
    """Only what is set for that team."""
    row = connection.execute(_OWN, {"team": team_id}).first()
    return Own(*row) if row else Own()


def choose(team_id: int, chosen: Own, by: int | None) -> None:
    """Set a team's days; those that are None are the installation's again. InvalidInputError where one is none."""
    if any(not 0 <= (days or 0) <= MOST_DAYS for days in asdict(chosen).values()):
        raise InvalidInputError(f"Days are from 0, which keeps for ever, to {MOST_DAYS:,}.")

    def body(connection: Connection) -> Act[None]:
        row = connection.execute(_LOCK, {"team": team_id}).first()
        before = asdict(Own(*row)) if row else asdict(Own())
        values = {**asdict(chosen), "updated_at": now()}
        if row is None:
            connection.execute(insert(team_retention).values(team_id=team_id, **values))
        else:
            connection.execute(update(team_retention).where(team_retention.c.team_id == team_id).values(**values))
        detail = {"before": before, "after": asdict(chosen)}
        return Act(
            audit.add(connection, "team.retention", "team", team_id, team_id, by, detail), "team.retention", None
        )

    acts.perform(body)


def _merged(row: Row[*tuple[float | None, ...]] | None) -> Keeping:
    given = {} if row is None else {kind: row._mapping[kind] for kind in KINDS if row._mapping[kind] is not None}
    return Keeping(**{**asdict(of_installation()), **given})
