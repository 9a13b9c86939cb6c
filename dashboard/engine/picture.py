"""A run's nodes and edges at one moment, under lock, for the verbs that change many nodes at once."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from dashboard.engine import dag
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.progress import version_in
from dashboard.engine.states import NODE_FINISHED, NODE_PASSED, NodeStatus
from dashboard.engine.tables import edge, node

_NOT_RUN = frozenset({NodeStatus.UPSTREAM_FAILED, NodeStatus.CANCELLED, NodeStatus.READY, NodeStatus.HELD})

_KEYS = select(node.c.id).where(node.c.run_id == bindparam("run")).execution_options(point="picture: keys")

_LOCK = (
    select(node.c.id)
    .where(node.c.id.in_(bindparam("rows", expanding=True)))
    .order_by(node.c.id)
    .with_for_update()
    .execution_options(point="picture: lock nodes")
)

_NODES = (
    select(node.c.id, node.c.node_id, node.c.position, node.c.status, node.c.queue, node.c.attempt, node.c.generation,
           node.c.claimed_by, node.c.claimed_at, node.c.concurrency_key, node.c.handler)
    .where(node.c.run_id == bindparam("run"))
    .order_by(node.c.id)
    .execution_options(point="picture: nodes")
)  # fmt: skip

_EDGES = (
    select(edge.c.parent_id, edge.c.child_id)
    .where(edge.c.run_id == bindparam("run"))
    .execution_options(point="picture: edges")
)


@dataclass(frozen=True)
class Picture:
    """The nodes by row, the edges as (parent, child), and the run's version."""

    nodes: Mapping[int, Row[*tuple[Any, ...]]]
    edges: list[tuple[int, int]]
    version: int

    @functools.cached_property
    def parents(self) -> Mapping[int, set[int]]:
        found: dict[int, set[int]] = {}
        for parent, child in self.edges:
            found.setdefault(child, set()).add(parent)
        return found

    def named(self, node_id: str) -> int:
        """The row of that node; NotFoundError when the run has none of that name."""
        for key, row in self.nodes.items():
            if row.node_id == node_id:
                return key
        raise NotFoundError(f"The run has no node {node_id!r}.")

    def status(self, key: int) -> NodeStatus:
        return NodeStatus(self.nodes[key].status)

    def is_stopped(self, key: int, going: set[int]) -> bool:
        """Whether a parent that is not going again has ended without passing."""
        others = self.parents.get(key, set()) - going
        return any(self.status(parent) in NODE_FINISHED - NODE_PASSED for parent in others)

    def begins_anew(self, starts: set[int], from_here: bool) -> set[int]:
        """The starts, and what begins anew after them: everything, or only what has not run for their sake.

        A node that another failure stops stays where it is: put back to waiting it would wait for ever.
        """
        going = set(starts)
        after = dag.descendants(self.edges, starts) - starts
        for key in sorted(after, key=lambda key: self.nodes[key].position):  # parents first
            has_not_run = self.status(key) in _NOT_RUN and not going.isdisjoint(self.parents.get(key, ()))
            if (from_here or has_not_run) and not self.is_stopped(key, going):
                going.add(key)
        return going

    def has_all_parents(self, key: int, going: set[int]) -> bool:
        """Whether every parent has passed and none of them is going again."""
        return all(one not in going and self.status(one) in NODE_PASSED for one in self.parents.get(key, ()))

    @property
    def passed_over(self) -> list[str]:
        """The queues of the ready nodes: a worker that looked while they were locked found nothing there."""
        return sorted({row.queue for row in self.nodes.values() if row.status == NodeStatus.READY})


def take(connection: Connection, run_id: int) -> Picture:
    """The run as it stands; NotFoundError when there is no such run, NotAllowedError when it was never ours to run."""
    rows = connection.execute(_NODES, {"run": run_id}).all()
    if not rows:
        raise NotFoundError(f"There is no run {run_id}.")
    if rows[0].handler == dag.IMPORTED:
        raise NotAllowedError(f"Run {run_id} ran in another system and stays as it ended there. Run it again instead.")
    pairs = connection.execute(_EDGES, {"run": run_id}).all()
    return Picture(
        {row.id: row for row in rows}, [(pair[0], pair[1]) for pair in pairs], version_in(connection, run_id)
    )


def take_locked(connection: Connection, run_id: int) -> Picture:
    """The same after `lock_run`, the nodes locked by key: no worker claims one between the look and the change."""
    rows = connection.execute(_KEYS, {"run": run_id}).scalars().all()
    connection.execute(_LOCK, {"rows": rows})
    return take(connection, run_id)
