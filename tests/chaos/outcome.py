"""A run as it stands in every table, without what differs from one run to the next: keys, tokens and times."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, select

from dashboard.engine.tables import artifact, attempt, edge, log, node, run
from dashboard.extensions import db
from dashboard.models import AuditEvent

audit: Any = AuditEvent.__table__
KEYS = {"id", "run_id", "team_id", "paper_id", "definition_id", "object_id", "queue"}
DIFFERENT = (
    "token",
    "at",
    "seconds",
)  # the ends of the names of columns of which only whether they are set can be compared

Rows = list[dict[str, Any]]


def of_run(run_id: int) -> Mapping[str, Rows]:
    """The rows of each table that belong to the run."""
    nodes = select(node.c.id).where(node.c.run_id == run_id)
    whose: dict[Table, ColumnElement[bool]] = {
        run: run.c.id == run_id,
        node: node.c.run_id == run_id,
        edge: edge.c.run_id == run_id,
        attempt: attempt.c.node_id.in_(nodes),
        artifact: artifact.c.run_id == run_id,
        log: log.c.run_id == run_id,
        audit: and_(audit.c.object_type == "run", audit.c.object_id == run_id, audit.c.action != "run.create"),
    }
    with db.engine.connect() as connection:
        first = min(connection.execute(nodes).scalars())
        return {
            table.name: sorted(
                (_plain(dict(row._mapping), first) for row in connection.execute(select(table).where(where))),
                key=lambda row: json.dumps(row, sort_keys=True, default=str),
            )
            for table, where in whose.items()
        }


def _plain(row: dict[str, Any], first: int) -> dict[str, Any]:
    """The row without its key; a node is told by its place in the run."""
    return {name: _comparable(name, row[name], first) for name in row if name not in KEYS}


def _comparable(name: str, value: Any, first: int) -> Any:
    if value is None:
        return None
    if name in ("parent_id", "child_id") or (name == "node_id" and isinstance(value, int)):
        return value - first
    return "set" if name.endswith(DIFFERENT) else value
