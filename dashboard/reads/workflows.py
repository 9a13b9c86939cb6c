"""Workflows and their versions: which is active, who paused it, how its runs and nodes have fared in a team."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import defer

from dashboard.engine.states import NODE_BROKEN, RUN_FINISHED, NodeStatus, RunStatus
from dashboard.extensions import db
from dashboard.models import NodeAttempt, User, WorkflowDefinition, WorkflowNode, WorkflowPause, WorkflowRun
from dashboard.reads.quantiles import quantile

LEARN_FROM = 100  # finished runs of a version
AT_LEAST = 20
MOST_ROWS = 4000  # of their nodes: a workflow of hundreds of nodes is learnt from fewer runs
VERSIONS = 50
COUNTED = 1000  # runs that wait


@dataclass(frozen=True)
class Pause:
    """Since when nothing of a workflow starts, who said so and why."""

    by: str | None
    at: datetime
    reason: str


@dataclass(frozen=True)
class Fared:
    """How some finished runs, or attempts at a node, have fared: seconds of those that succeeded."""

    number: int
    failed: int
    median: float | None
    slow: float | None

    @property
    def failure_percent(self) -> float | None:
        return 100 * self.failed / self.number if self.number else None


NONE_YET = Fared(0, 0, None, None)


@dataclass(frozen=True)
class WorkflowRow:
    """A workflow as the list shows it."""

    name: str
    version: int
    description: str
    nodes: int
    pause: Pause | None
    fared: Fared


@dataclass(frozen=True)
class Record:
    """How a version has fared in a team: its runs, and each node in them, by name."""

    runs: Fared
    nodes: Mapping[str, Fared]

    def of(self, node_id: str) -> Fared:
        return self.nodes.get(node_id, NONE_YET)


def listed(team_id: int) -> tuple[WorkflowRow, ...]:
    """Every workflow by name. The shapes are read to count their nodes: there is one for each workflow."""
    active = select(WorkflowDefinition).where(WorkflowDefinition.is_active).order_by(WorkflowDefinition.name)
    found = db.session.scalars(active).all()
    pauses, fared = _pauses(), _fared([one.id for one in found], team_id)
    return tuple(
        WorkflowRow(one.name, one.version, one.description, len(one.dag["nodes"]), pauses.get(one.name), fared[one.id])
        for one in found
    )


def versions(name: str) -> Sequence[WorkflowDefinition]:
    """The newest versions and the active one, newest first, without their shapes."""
    named = select(WorkflowDefinition).where(WorkflowDefinition.name == name).options(defer(WorkflowDefinition.dag))
    newest = db.session.scalars(named.order_by(WorkflowDefinition.version.desc()).limit(VERSIONS)).all()
    if any(one.is_active for one in newest):
        return newest
    return [*newest, *db.session.scalars(named.where(WorkflowDefinition.is_active))]


def active_version(name: str) -> int | None:
    """The number of the active version."""
    active = select(WorkflowDefinition.version).where(WorkflowDefinition.name == name, WorkflowDefinition.is_active)
    return db.session.scalar(active.limit(1))


def drafts() -> Sequence[WorkflowDefinition]:
    """The newest drafts, without their shapes."""
    of_all = select(WorkflowDefinition).where(WorkflowDefinition.is_draft, ~WorkflowDefinition.is_active)
    wanted = of_all.options(defer(WorkflowDefinition.dag)).order_by(WorkflowDefinition.id.desc()).limit(VERSIONS)
    return db.session.scalars(wanted).all()


def version(name: str, number: int) -> WorkflowDefinition | None:
    """That version, whole."""
    return db.session.scalar(select(WorkflowDefinition).filter_by(name=name, version=number))


def pause(name: str) -> Pause | None:
    """The pause of that workflow, while it lasts."""
    return _pauses().get(name)


def waiting(name: str, team_id: int) -> int:
    """How many of the team's runs wait for the workflow, counted up to COUNTED."""
    waits = (
        select(WorkflowRun.id)
        .join(WorkflowDefinition, WorkflowDefinition.id == WorkflowRun.definition_id)
        .where(WorkflowRun.team_id == team_id, WorkflowRun.status == RunStatus.CREATED)
        .where(WorkflowRun.waits_for_workflow, WorkflowDefinition.name == name)
        .limit(COUNTED)
    )
    return db.session.scalar(select(func.count()).select_from(waits.subquery())) or 0


def record(definition_id: int, node_count: int, team_id: int) -> Record:
    """How the last finished runs of that version have fared in the team: at most LEARN_FROM, fewer of large shapes."""
    most = min(LEARN_FROM, max(AT_LEAST, MOST_ROWS // max(node_count, 1)))
    ended = db.session.execute(_ended(definition_id, team_id, most)).all()
    return Record(_of_runs(ended), _of_nodes([row.id for row in ended]))


def _pauses() -> dict[str, Pause]:
    rows = select(WorkflowPause, User.name).outerjoin(User, User.id == WorkflowPause.paused_by)
    return {row.name: Pause(person, row.paused_at, row.reason) for row, person in db.session.execute(rows)}


def _fared(definition_ids: Sequence[int], team_id: int) -> dict[int, Fared]:
    """Of each definition, in one query."""
    found: dict[int, list[object]] = {key: [] for key in definition_ids}
    if definition_ids:
        each = [_ended(key, team_id, LEARN_FROM).subquery().select() for key in definition_ids]
        for row in db.session.execute(union_all(*each)):
            found[row.definition_id].append(row)
    return {key: _of_runs(rows) for key, rows in found.items()}


def _ended(definition_id: int, team_id: int, most: int) -> Select[*tuple[Any, ...]]:
    columns = WorkflowRun.id, WorkflowRun.definition_id, WorkflowRun.status, WorkflowRun.started_at
    return (
        select(*columns, WorkflowRun.finished_at)
        .where(WorkflowRun.definition_id == definition_id, WorkflowRun.team_id == team_id)
        .where(WorkflowRun.status.in_(sorted(RUN_FINISHED)))
        .order_by(WorkflowRun.id.desc())
        .limit(most)
    )


def _of_runs(rows: Collection[Any]) -> Fared:
    """A cancelled run tells nothing."""
    ended = [row for row in rows if row.status != RunStatus.CANCELLED]
    took = ((row.started_at, row.finished_at) for row in ended if row.status == RunStatus.SUCCEEDED)
    return _tally(len(ended), sum(row.status == RunStatus.FAILED for row in ended), _seconds(took))


def _of_nodes(run_ids: Sequence[int]) -> dict[str, Fared]:
    """What ran to an end in those runs; a node whose output was taken from an earlier run did not run."""
    rows = db.session.execute(
        select(WorkflowNode.node_id, WorkflowNode.status, WorkflowNode.claimed_at, WorkflowNode.finished_at)
        .outerjoin(
            NodeAttempt,
            (NodeAttempt.node_id == WorkflowNode.id) & (NodeAttempt.attempt == WorkflowNode.committed_attempt),
        )
        .where(WorkflowNode.run_id.in_(run_ids), NodeAttempt.reused_from.is_(None))
        .where(WorkflowNode.status.in_(sorted(NODE_BROKEN | {NodeStatus.SUCCEEDED})))
    )
    by_node: dict[str, list[Any]] = {}
    for row in rows:
        by_node.setdefault(row.node_id, []).append(row)
    return {name: _of_node(found) for name, found in by_node.items()}


def _of_node(rows: Sequence[Any]) -> Fared:
    succeeded = [row for row in rows if row.status == NodeStatus.SUCCEEDED]
    return _tally(
        len(rows), len(rows) - len(succeeded), _seconds((one.claimed_at, one.finished_at) for one in succeeded)
    )


def _tally(number: int, failed: int, took: Sequence[float]) -> Fared:
    return Fared(number, failed, *((quantile(took, 0.5), quantile(took, 0.95)) if took else (None, None)))


def _seconds(spans: Iterable[tuple[datetime | None, datetime | None]]) -> list[float]:
    """Of an imported run nobody may know when its nodes began."""
    return [(end - start).total_seconds() for start, end in spans if start and end]
