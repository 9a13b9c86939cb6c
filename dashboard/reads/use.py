"""How much of its limits a team uses, for people to see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from dashboard.engine import places, room, team_limits
from dashboard.engine.spending import month_start
from dashboard.engine.states import RunStatus
from dashboard.engine.team_limits import Limits
from dashboard.engine.transactions import reading
from dashboard.extensions import db
from dashboard.models import ModelCall, WorkflowRun

NEARLY = 80.0  # percent


@dataclass(frozen=True)
class Use:
    """One thing a team uses: how much, of how much (None: as much as it likes), and what happens at the limit."""

    name: str
    has: float
    most: float | None
    shown: Callable[[float], str]
    then: str

    @property
    def percent(self) -> float:
        """0 to 100, also where a team has more than it may."""
        if self.most is None:
            return 0.0
        return min(100.0, 100.0 * self.has / self.most) if self.most else 100.0

    @property
    def state(self) -> str:
        if self.most is None:
            return "unlimited"
        return "full" if self.percent >= 100 else "scarce" if self.percent >= NEARLY else "ample"

    @property
    def words(self) -> str:
        """`3 of 20`."""
        return self.shown(self.has) if self.most is None else f"{self.shown(self.has)} of {self.shown(self.most)}"


def of_team(team_id: int) -> list[Use]:
    """Papers, storage, runs at a time, and what models cost this month."""
    connection = db.session.connection()
    return _uses(team_limits.of_team(connection, team_id), connection, team_id)


def own_limits(team_id: int) -> Limits:
    """Those an operator set for the team."""
    return team_limits.own(db.session.connection(), team_id)


def waiting(team_id: int) -> str:
    """A sentence on the runs that wait for a place; empty where none does."""
    waits = WorkflowRun.team_id == team_id, WorkflowRun.status == RunStatus.CREATED, WorkflowRun.waits_for_place
    with reading() as connection:  # the session may still see what was there before the start
        number = connection.execute(select(func.count()).select_from(WorkflowRun).where(*waits)).scalar_one()
    if not number:
        return ""
    return f"{number:,} of the team's runs {'wait' if number > 1 else 'waits'} for a place and start by themselves."


def _uses(most: Limits, connection: Connection, team_id: int) -> list[Use]:
    kept = room.kept(connection, team_id)
    return [
        Use("Papers", kept.papers, most.papers, _number, "further papers are refused"),
        Use("Storage", kept.bytes, most.storage_bytes, _storage, "papers that do not fit and new runs are refused"),
        Use("Runs at a time", places.taken(connection, team_id), most.active_runs, _number,
            "further runs wait and start by themselves, the oldest first"),
        Use("Language models this month", _spent(team_id), most.month_spend, _money,
            "calls that could pass it are not made, and their node fails until the limit is raised"),
    ]  # fmt: skip


def _spent(team_id: int) -> float:
    since = month_start(datetime.now(UTC))
    spent = select(func.sum(ModelCall.cost)).where(ModelCall.team_id == team_id, ModelCall.at >= since)
    return float(db.session.scalar(spent) or 0)


def _number(amount: float) -> str:
    return f"{amount:,.0f}"


def _storage(amount: float) -> str:
    return f"{room.gigabytes(int(amount))} GB"


def _money(amount: float) -> str:
    return f"{amount:,.2f} US$"
