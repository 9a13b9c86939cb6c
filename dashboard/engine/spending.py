"""Spending: every call to a language model, put down before it is made and again when it is known what it used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Insert, Update, bindparam, func, insert, select, update

from dashboard.engine.clock import now
from dashboard.engine.errors import PermanentError
from dashboard.engine.tables import model_call, run
from dashboard.engine.team_limits import RAISED_BY, team_limit
from dashboard.engine.transactions import borne

Fence = Callable[[Connection], None]


@dataclass(frozen=True)
class Usage:
    """What a call used. `measured` is False where the server did not say or never answered: then it is the most the
    call could have used."""

    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    measured: bool = True

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True)
class Call:
    """One try at a call: of which node, what for, to which model, what it used or at most could; `cost` in the money
    of the prices, None where there are none."""

    id: str
    node: int
    purpose: str
    model: str
    usage: Usage
    cost: float | None = None


class MonthSpentError(PermanentError):
    """The call was not made: with it the team could have spent more than it may in a month."""


class Spending(Protocol):
    """The calls of one run, as one of its nodes sees and adds to them. MonthSpentError where the team has no more."""

    def reserve(self, call: Call) -> None: ...
    def settle(self, call: Call) -> None: ...
    def calls(self) -> Sequence[Call]: ...


_ADD = (
    insert(model_call)
    .prefix_with("IGNORE", dialect="mysql")
    .prefix_with("OR IGNORE", dialect="sqlite")
    .values(team_id=select(run.c.team_id).where(run.c.id == bindparam("of_run")).scalar_subquery(), at=now())
    .execution_options(point="spend: reserve")
)

_SETTLE = (
    update(model_call)
    .where(model_call.c.call == bindparam("which"), model_call.c.is_settled.is_(False))
    .values(
        tokens_in=bindparam("read"), tokens_out=bindparam("written"), seconds=bindparam("waited"),
        cost=bindparam("paid"), is_measured=bindparam("told"), is_settled=True,
    )
    .execution_options(point="spend: settle")
)  # fmt: skip

_TEAM = select(run.c.team_id).where(run.c.id == bindparam("run")).scalar_subquery()
_OWN_LIMIT = select(team_limit.c.month_spend).where(team_limit.c.team_id == _TEAM).scalar_subquery()
_MONTH = (
    select(_OWN_LIMIT.label("own"), func.sum(model_call.c.cost).label("spent"))
    .where(model_call.c.team_id == _TEAM, model_call.c.at >= bindparam("since"))
    .execution_options(point="spend: month")
)
_CALLS = select(model_call).where(model_call.c.run_id == bindparam("run")).order_by(model_call.c.id)


@dataclass(frozen=True)
class RunSpending:
    """The calls of a run in the database; `fence` keeps out a worker that lost its claim.

    A settled call never changes again. One that is never settled, because its worker died, counts in full for ever.
    Asked by many threads at a time, so it works on connections of its own and never on the session.
    """

    engine: Engine
    run_id: int
    fence: Fence
    most_a_month: float | None = None  # for teams that have no limit of their own

    def reserve(self, call: Call) -> None:
        """Put down first, then counted: of two calls that together pass the team's limit, one sees it."""
        self._write(_ADD, {**_record(call), "run_id": self.run_id, "of_run": self.run_id})
        month = self._month()
        most = self.most_a_month if month.own is None else float(month.own)
        if call.cost and most is not None and (month.spent or 0) > most:
            self.settle(replace(call, usage=Usage(), cost=0.0))
            raise MonthSpentError(
                f"The team may spend {most:,.2f} US dollars a month on language models, and this call could have "
                f"passed that. {RAISED_BY} Then retry the node."
            )

    def settle(self, call: Call) -> None:
        used = call.usage
        self._write(_SETTLE, {"which": call.id, "read": used.tokens_in, "written": used.tokens_out,
                              "waited": used.seconds, "paid": call.cost, "told": used.measured})  # fmt: skip

    def calls(self) -> Sequence[Call]:
        def found() -> Sequence[Call]:
            with self.engine.connect() as connection:
                return [_call(row) for row in connection.execute(_CALLS, {"run": self.run_id})]

        return borne(found)

    def _month(self) -> Any:
        """The team's `own` limit, and what it has `spent` since the month began."""

        def found() -> Any:
            with self.engine.connect() as connection:
                return connection.execute(_MONTH, {"run": self.run_id, "since": month_start(datetime.now(UTC))}).one()

        return borne(found)

    def _write(self, statement: Insert | Update, values: Mapping[str, Any]) -> None:
        """Made again when the database fails in passing: either statement made twice is made once."""

        def fenced() -> None:
            with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
                self.fence(connection)
                connection.execute(statement, values)

        borne(fenced)


def month_start(at: datetime) -> datetime:
    """The first moment of that month."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _record(call: Call) -> dict[str, Any]:
    used = call.usage
    return {
        "call": call.id, "node_id": call.node, "purpose": call.purpose[:200], "model": call.model[:200],
        "tokens_in": used.tokens_in, "tokens_out": used.tokens_out, "seconds": used.seconds, "cost": call.cost,
        "is_measured": used.measured, "is_settled": False,
    }  # fmt: skip


def _call(row: Any) -> Call:
    usage = Usage(row.tokens_in, row.tokens_out, row.seconds, row.is_measured)
    return Call(row.call, row.node_id, row.purpose, row.model, usage, row.cost)
