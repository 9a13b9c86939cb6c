"""One paper's nodes against its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.models import WorkflowNode
from dashboard.reads.runs import RunRow


@dataclass(frozen=True)
class Grid:
    """Nodes down, runs across: `statuses[node][i]` belongs to `run_ids[i]`; None where that run has no such node."""

    run_ids: tuple[int, ...]
    statuses: tuple[tuple[str, tuple[str | None, ...]], ...]


def grid(runs: Sequence[RunRow]) -> Grid:
    """How each node fared in each of those runs; one query."""
    ids = tuple(run.id for run in runs)
    rows = db.session.execute(
        select(WorkflowNode.run_id, WorkflowNode.node_id, WorkflowNode.status)
        .where(WorkflowNode.run_id.in_(ids))
        .order_by(WorkflowNode.position, WorkflowNode.run_id.desc())
    ).all()
    fared: dict[str, dict[int, str]] = {}
    for run_id, node_id, status in rows:
        fared.setdefault(node_id, {})[run_id] = status
    return Grid(ids, tuple((node_id, tuple(by_run.get(run_id) for run_id in ids)) for node_id, by_run in fared.items()))
