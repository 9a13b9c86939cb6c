"""What calls to language models have cost: per node, run and team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from dashboard.extensions import db
from dashboard.models import ModelCall, WorkflowNode

RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Spent:
    """Calls to one model: how many, tokens read and written, seconds waited, money where prices are configured."""

    name: str
    calls: int
    tokens_in: int
    tokens_out: int
    seconds: float
    cost: float | None

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


def of_node(run_id: int, node_id: str) -> tuple[Spent, Spent] | None:
    """What the node and its whole run have spent; None where the node made no call."""
    nodes = of_run(run_id)
    mine = next((one for one in nodes if one.name == node_id), None)
    return (mine, _together("the run", nodes)) if mine else None


def of_run(run_id: int) -> list[Spent]:
    """By node, in the workflow's order."""
    wanted = _summed(WorkflowNode.node_id, ModelCall.run_id == run_id)
    return _spent(wanted.join(WorkflowNode, WorkflowNode.id == ModelCall.node_id).order_by(func.min(ModelCall.id)))


def of_team(team_id: int, since: timedelta = RECENT) -> list[Spent]:
    """By model, the most used first."""
    recent = ModelCall.at > datetime.now(UTC) - since
    tokens = func.sum(ModelCall.tokens_in + ModelCall.tokens_out)
    return _spent(_summed(ModelCall.model, ModelCall.team_id == team_id, recent).order_by(tokens.desc()))


def _together(name: str, parts: Sequence[Spent]) -> Spent:
    costs = [one.cost for one in parts if one.cost is not None]
    return Spent(
        name,
        sum(one.calls for one in parts),
        sum(one.tokens_in for one in parts),
        sum(one.tokens_out for one in parts),
        sum(one.seconds for one in parts),
        sum(costs) if costs else None,
    )


def _summed(name: Any, *conditions: ColumnElement[bool]) -> Any:
    return (
        select(
            name, func.count(ModelCall.id), func.sum(ModelCall.tokens_in), func.sum(ModelCall.tokens_out),
            func.sum(ModelCall.seconds), func.sum(ModelCall.cost),
        )
        .select_from(ModelCall)
        .where(*conditions)
        .group_by(name)
    )  # fmt: skip


def _spent(query: Any) -> list[Spent]:
    rows: Sequence[Any] = db.session.execute(query).all()
    return [Spent(row[0], row[1], int(row[2]), int(row[3]), float(row[4]), row[5]) for row in rows]
