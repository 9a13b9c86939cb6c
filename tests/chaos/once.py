"""Stronger than the invariants: faults that kill no worker must not cost a node a second attempt."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, select, text

from dashboard.engine.tables import node
from tests.chaos.stage import Stage

COSTS = {
    "a node that ran more than once": node.c.attempt > 1,
    "a node with a failure": node.c.failures > 0,
    "a node with a crash": node.c.crashes > 0,
}


def warm_up(stage: Stage) -> None:
    """Until the crowd works: a fault that strikes while it still starts proves little."""
    stage.start(1, seconds=0)
    stage.wait_all(60)


def not_at_once(stage: Stage) -> dict[str, int]:
    """How many nodes needed more than one attempt, by what it cost them."""
    counts = {name: stage.count(_nodes(cost)) for name, cost in COSTS.items()}
    return {name: count for name, count in counts.items() if count}


def longest_wait(stage: Stage) -> float:
    """How many seconds a ready node waited for its claim, at most; those of the warm-up do not count."""
    waited = func.timestampdiff(text("MICROSECOND"), node.c.available_at, node.c.claimed_at)
    first = select(func.min(node.c.run_id)).scalar_subquery()
    return (stage.count(select(func.coalesce(func.max(waited), 0)).where(node.c.run_id != first)) or 0) / 1e6


def _nodes(where: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(node).where(where)
