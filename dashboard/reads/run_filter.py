"""What a list of runs is narrowed to and how it is ordered, in SQL and as parts of an address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from dashboard.engine.states import RunStatus
from dashboard.models import Paper, WorkflowDefinition, WorkflowRun


class Order(StrEnum):
    """Each is read along an index. Orders by score or time know no runs without one."""

    NEWEST = ""
    OLDEST = "oldest"
    BEST = "best"
    WORST = "worst"
    LONGEST = "longest"
    SHORTEST = "shortest"


WORDS = {
    Order.NEWEST: "newest first",
    Order.OLDEST: "oldest first",
    Order.BEST: "best score first",
    Order.WORST: "worst score first",
    Order.LONGEST: "longest first",
    Order.SHORTEST: "shortest first",
}
OPEN, DEALT_WITH = "no", "yes"  # of failures
UPWARDS = frozenset({Order.OLDEST, Order.WORST, Order.SHORTEST})
_BY: dict[Order, InstrumentedAttribute[float | None]] = {
    Order.BEST: WorkflowRun.score,
    Order.WORST: WorkflowRun.score,
    Order.LONGEST: WorkflowRun.seconds,
    Order.SHORTEST: WorkflowRun.seconds,
}


@dataclass(frozen=True)
class Filter:
    """Empty fields narrow nothing. `before` is the keyset: the last run of the page that went before."""

    status: str = ""
    workflow: str = ""
    text: str = ""
    value: str = ""
    paper_id: int | None = None
    dealt_with: str = ""
    order: Order = Order.NEWEST
    before: int | None = None

    @property
    def parts(self) -> dict[str, Any]:
        """Those of the address that shows the same list from its beginning."""
        parts = {"status": self.status, "workflow": self.workflow, "q": self.text, "input": self.value,
                 "paper": self.paper_id, "dealt": self.dealt_with, "order": str(self.order)}  # fmt: skip
        return {name: part for name, part in parts.items() if part}

    @property
    def narrows(self) -> bool:
        return bool(self.parts.keys() - {"order"})

    @property
    def is_searched(self) -> bool:
        """Whether runs must be read one by one to know which fit."""
        return bool(self.workflow or self.text or self.value)

    @property
    def leaves_out(self) -> str:
        """Which runs the order does not know."""
        column = _BY.get(self.order)
        return "" if column is None else f"without a {'score' if column.key == 'score' else 'time'}"

    def ordered(self, order: str) -> dict[str, Any]:
        """The parts of the address of the same list in that order."""
        return {name: part for name, part in (self.parts | {"order": order}).items() if part}


class Values(FunctionElement[str]):
    """The values of a JSON object, without its keys, as one text."""

    inherit_cache = True


@compiles(Values)
def _values(element: Values, compiler: SQLCompiler, **options: Any) -> str:
    return f"JSON_EXTRACT({compiler.process(element.clauses, **options)}, '$.*')"


@compiles(Values, "sqlite")
def _values_sqlite(element: Values, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"(SELECT group_concat(value, ' ') FROM json_each({column}))"  # noqa: S608  (a column of ours)


def conditions(team_id: int, narrowed: Filter) -> list[ColumnElement[bool]]:
    """Those that an index knows."""
    found: list[ColumnElement[bool]] = [WorkflowRun.team_id == team_id]
    if narrowed.status:
        found.append(WorkflowRun.status == narrowed.status)
    if narrowed.paper_id is not None:
        found.append(WorkflowRun.paper_id == narrowed.paper_id)
    if narrowed.dealt_with:
        is_open = WorkflowRun.dealt_with_at.is_(None)
        found += [WorkflowRun.status == RunStatus.FAILED, is_open if narrowed.dealt_with == OPEN else ~is_open]
    if narrowed.order in _BY:
        found.append(_BY[narrowed.order].is_not(None))
    return found


def searches(narrowed: Filter) -> list[ColumnElement[bool]]:
    """Those that are looked up run by run. They speak of runs alone: with another table joined, the planner begins
    with the few workflows there are, and sorts every run of the team."""
    found: list[ColumnElement[bool]] = []
    if narrowed.workflow:
        found.append(_workflow() == narrowed.workflow)
    if narrowed.text:
        found.append(_title().icontains(narrowed.text, autoescape=True))
    if narrowed.value:
        found.append(_says(narrowed.value))
    return found


def behind(narrowed: Filter) -> list[ColumnElement[bool]]:
    """The runs behind the keyset, in the order of the list."""
    if narrowed.before is None:
        return []
    is_up = narrowed.order in UPWARDS
    is_next = WorkflowRun.id > narrowed.before if is_up else WorkflowRun.id < narrowed.before
    if narrowed.order not in _BY:
        return [is_next]
    column = _BY[narrowed.order]
    last = aliased(WorkflowRun)
    its_own = select(getattr(last, column.key)).where(last.id == narrowed.before).scalar_subquery()
    return [or_(column > its_own if is_up else column < its_own, and_(column == its_own, is_next))]


def order(narrowed: Filter) -> list[ColumnElement[Any]]:
    """Equal scores and times in the order of the runs."""
    columns = [_BY[narrowed.order], WorkflowRun.id] if narrowed.order in _BY else [WorkflowRun.id]
    return [column.asc() if narrowed.order in UPWARDS else column.desc() for column in columns]


def _workflow() -> ScalarSelect[str]:
    its_own = select(WorkflowDefinition.name).where(WorkflowDefinition.id == WorkflowRun.definition_id)
    return its_own.correlate(WorkflowRun).scalar_subquery()


def _title() -> ScalarSelect[str]:
    return select(Paper.title).where(Paper.id == WorkflowRun.paper_id).correlate(WorkflowRun).scalar_subquery()


def _says(value: str) -> ColumnElement[bool]:
    """A value of the run's input contains it. JSON may be stored with letters beyond ASCII written as escapes."""
    written = {value, json.dumps(value)[1:-1]}
    return or_(*(Values(WorkflowRun.input).icontains(one, autoescape=True) for one in sorted(written)))
