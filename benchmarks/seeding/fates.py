"""What became of a run: the state of each node, and how often it was tried. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.engine.dag import Dag, NodeSpec, descendants
from dashboard.engine.states import NODE_PASSED, NodeStatus, RunStatus

FINISHED = (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED)
OF_A_HUNDRED = (89, 8, 3)
UNDER_WAY = (RunStatus.CREATED, RunStatus.PAUSED, RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.RUNNING)
TRIED_AGAIN = 0.04  # of the nodes that succeeded


@dataclass(frozen=True)
class NodeFate:
    """A node's state, its finished attempts that failed, and whether one more of them succeeded."""

    spec: NodeSpec
    status: NodeStatus
    failures: int = 0

    @property
    def succeeded(self) -> bool:
        return self.status == NodeStatus.SUCCEEDED

    @property
    def attempts(self) -> int:
        """All attempts, the one under way too."""
        return self.failures + (self.status in (NodeStatus.SUCCEEDED, NodeStatus.RUNNING))


@dataclass(frozen=True)
class Fate:
    """A run's state and its nodes', in the workflow's order."""

    status: RunStatus
    nodes: Sequence[NodeFate]


def finished(dag: Dag, chance: random.Random) -> Fate:
    """A run that is over."""
    status = chance.choices(FINISHED, OF_A_HUNDRED)[0]
    reached = chance.randrange(len(dag.nodes))
    if status == RunStatus.SUCCEEDED:
        return Fate(status, [_passed(spec, chance) for spec in dag.nodes])
    if status == RunStatus.CANCELLED:
        return Fate(status, _up_to(dag, reached, NodeStatus.CANCELLED, chance))
    return Fate(status, _broken_at(dag, dag.nodes[reached], chance))


def succeeded(dag: Dag) -> Fate:
    """A run in which everything went well at once."""
    return Fate(RunStatus.SUCCEEDED, [NodeFate(spec, NodeStatus.SUCCEEDED) for spec in dag.nodes])


def under_way(dag: Dag, status: RunStatus, chance: random.Random) -> Fate:
    """A run that goes on, is paused or was never started."""
    if status == RunStatus.CREATED:
        return Fate(status, [NodeFate(spec, NodeStatus.PENDING) for spec in dag.nodes])
    nodes = _up_to(dag, chance.randrange(1, len(dag.nodes)), NodeStatus.PENDING, chance)
    passed = {node.spec.id for node in nodes if node.status in NODE_PASSED}
    waits = [] if status == RunStatus.PAUSED else [NodeStatus.RUNNING]
    rest = NodeStatus.HELD if status == RunStatus.PAUSED else NodeStatus.READY
    placed: list[NodeFate] = []
    for node in nodes:
        may_run = node.status == NodeStatus.PENDING and _parents(dag, node.spec.id) <= passed
        placed.append(NodeFate(node.spec, waits.pop() if waits else rest) if may_run else node)
    return Fate(status, placed)


def _passed(spec: NodeSpec, chance: random.Random) -> NodeFate:
    return NodeFate(spec, NodeStatus.SUCCEEDED, int(chance.random() < TRIED_AGAIN))


def _up_to(dag: Dag, reached: int, rest: NodeStatus, chance: random.Random) -> list[NodeFate]:
    """The nodes before that place have passed, the others have not begun; parents come first."""
    began = [_passed(spec, chance) for spec in dag.nodes[:reached]]
    return began + [NodeFate(spec, rest) for spec in dag.nodes[reached:]]


def _broken_at(dag: Dag, broken: NodeSpec, chance: random.Random) -> list[NodeFate]:
    """That node failed for good, at once or after every try, and took those after it along."""
    lost = descendants(dag.edges, [broken.id])
    tries = chance.choice((1, broken.max_attempts))
    return [
        NodeFate(spec, NodeStatus.FAILED, tries) if spec is broken
        else NodeFate(spec, NodeStatus.UPSTREAM_FAILED) if spec.id in lost
        else _passed(spec, chance)
        for spec in dag.nodes
    ]  # fmt: skip


def _parents(dag: Dag, node_id: str) -> set[str]:
    return {parent for parent, child in dag.edges if child == node_id}
