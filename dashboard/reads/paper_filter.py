"""What a list of papers is narrowed to and how it is ordered, in SQL and as parts of an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from dashboard.engine.paper_runs import UNDER_WAY
from dashboard.engine.states import RunStatus
from dashboard.models import Paper, WorkflowRun

_KEYSET = re.compile(r"(\d{1,18}:)?\d{1,18}", re.ASCII)

last, scored = aliased(WorkflowRun, name="last"), aliased(WorkflowRun, name="scored")


class Standing(StrEnum):
    """How a paper stands with its runs. It failed when its newest run did."""

    SCORED = "scored"
    FAILED = "failed"
    UNDER_WAY = "running"
    UNRUN = "unrun"


class Order(StrEnum):
    NEWEST = ""
    OLDEST = "oldest"
    BEST = "best"  # orders by score know no papers without one
    WORST = "worst"


@dataclass(frozen=True)
class PaperFilter:
    """Empty fields narrow nothing. `before` is the keyset: the last paper of the page that went before, after its
    scored run and a colon where the order is by score."""

    text: str = ""
    standing: str = ""
    order: Order = Order.NEWEST
    before: str = ""

    @property
    def parts(self) -> dict[str, Any]:
        """Those of the address that shows the same list from its beginning."""
        parts = {"q": self.text, "state": self.standing, "order": str(self.order)}
        return {name: part for name, part in parts.items() if part}

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.standing)

    @property
    def is_by_score(self) -> bool:
        return self.order in (Order.BEST, Order.WORST)

    @property
    def is_of_runs(self) -> bool:
        """Whether papers must be joined to their runs to know which fit."""
        return bool(self.standing) or self.is_by_score

    def ordered(self, order: str) -> dict[str, Any]:
        """The parts of the address of the same list in that order."""
        return {name: part for name, part in (self.parts | {"order": order}).items() if part}


def from_sent(sent: Mapping[str, str]) -> PaperFilter:
    """The filter that an address or a form asks for; what it does not know narrows nothing."""
    standing, order = sent.get("state", ""), sent.get("order", "")
    return PaperFilter(
        text=sent.get("q", "").strip()[:200],
        standing=standing if standing in list(Standing) else "",
        order=Order(order) if order in list(Order) else Order.NEWEST,
        before=before if _KEYSET.fullmatch(before := sent.get("before", "")) else "",
    )


def is_last() -> ColumnElement[bool]:
    """`last` is the paper's newest run."""
    newest = select(func.max(WorkflowRun.id)).where(WorkflowRun.paper_id == Paper.id).correlate(Paper)
    return last.id == newest.scalar_subquery()


def is_scored() -> ColumnElement[bool]:
    """`scored` is the paper's newest run that has a score."""
    newest = select(func.max(WorkflowRun.id)).where(WorkflowRun.paper_id == Paper.id, WorkflowRun.score.is_not(None))
    return and_(scored.paper_id == Paper.id, scored.id == newest.correlate(Paper).scalar_subquery())


def conditions(narrowed: PaperFilter) -> list[ColumnElement[bool]]:
    """They speak of papers joined to their `last` and `scored` runs."""
    found: list[ColumnElement[bool]] = []
    if narrowed.text:
        columns = (Paper.title, Paper.filename)
        found.append(or_(*(column.icontains(narrowed.text, autoescape=True) for column in columns)))
    if narrowed.standing:
        found.append(_STANDINGS[Standing(narrowed.standing)])
    if narrowed.is_by_score:
        found.append(scored.id.is_not(None))
    return found


def after(narrowed: PaperFilter) -> list[ColumnElement[bool]]:
    """The papers behind the keyset, in the order of the list."""
    run, _, number = narrowed.before.rpartition(":")
    if not number:
        return []
    key = int(number)
    match narrowed.order:
        case Order.NEWEST:
            return [Paper.id < key]
        case Order.OLDEST:
            return [Paper.id > key]
    # The score is looked up, not sent: MySQL's FLOAT equals no number that was written out.
    score = select(WorkflowRun.score).where(WorkflowRun.id == int(run or 0)).scalar_subquery()
    is_beyond = scored.score < score if narrowed.order is Order.BEST else scored.score > score
    return [or_(is_beyond, and_(scored.score == score, Paper.id < key))]


def order(narrowed: PaperFilter) -> list[ColumnElement[Any]]:
    match narrowed.order:
        case Order.NEWEST:
            return [Paper.id.desc()]
        case Order.OLDEST:
            return [Paper.id.asc()]
    by_score = scored.score.desc() if narrowed.order is Order.BEST else scored.score.asc()
    return [by_score, Paper.id.desc()]


_STANDINGS: Mapping[Standing, ColumnElement[bool]] = {
    Standing.SCORED: scored.id.is_not(None),
    Standing.FAILED: last.status == RunStatus.FAILED,
    Standing.UNDER_WAY: last.status.in_(sorted(UNDER_WAY)),
    Standing.UNRUN: last.id.is_(None),
}
