"""Two runs side by side: the criteria that flipped and why, what differs, each node's state, time and output."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from dashboard.engine import artifacts, rubrics, standing
from dashboard.engine.errors import NotFoundError
from dashboard.extensions import db
from dashboard.judging.judgement import Judged, JudgedRubric, Judgement
from dashboard.models import NodeArtifact, NodeAttempt, WorkflowNode, WorkflowRun
from dashboard.reads import verdicts
from dashboard.reads.causes import Change, Explanation, explain, rubric_change
from dashboard.reads.outputs import Differences, differences
from dashboard.reads.provenance import Provenance, changes

REPORT = "report.json"


@dataclass(frozen=True)
class NodeSide:
    """A node in one run: how it fared and what it handed on."""

    status: str
    started_at: datetime | None
    finished_at: datetime | None
    output: Mapping[str, Any] | None

    @property
    def lasted(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None


@dataclass(frozen=True)
class NodeRow:
    """A node in both runs; None where a run has no such node."""

    node_id: str
    before: NodeSide | None
    after: NodeSide | None
    output: Differences

    @property
    def is_comparable(self) -> bool:
        """Whether both runs have an output of it."""
        return all(side is not None and side.output is not None for side in (self.before, self.after))


@dataclass(frozen=True)
class Flip:
    """A criterion that stands differently in the two runs."""

    before: Judgement
    after: Judgement
    why: Explanation


@dataclass(frozen=True)
class RubricRow:
    """A rubric both runs were judged by: its flips, how many criteria stand as they stood, and those only one asks."""

    before: JudgedRubric
    after: JudgedRubric
    flips: tuple[Flip, ...]
    kept: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """All that the page shows besides the runs' own rows. `unjudged` runs have no findings yet."""

    rubrics: tuple[RubricRow, ...]
    changes: tuple[Change, ...]
    nodes: tuple[NodeRow, ...]
    unjudged: tuple[WorkflowRun, ...]
    elsewhere: tuple[str, ...]

    @property
    def flips(self) -> int:
        return sum(len(row.flips) for row in self.rubrics)


def earlier_of(run: WorkflowRun) -> int | None:
    """The newest earlier run of the same paper that has answers."""
    wanted = (
        select(WorkflowRun.id)
        .join(WorkflowNode, WorkflowNode.run_id == WorkflowRun.id)
        .where(WorkflowRun.paper_id == run.paper_id, WorkflowRun.team_id == run.team_id, WorkflowRun.id < run.id)
        .where(WorkflowNode.node_id == standing.NODE, WorkflowNode.committed_attempt.is_not(None))
    )
    return db.session.scalar(wanted.order_by(WorkflowRun.id.desc()).limit(1))


def view(before: WorkflowRun, after: WorkflowRun) -> Comparison:
    """Read the page; the number of queries does not grow with criteria or nodes."""
    nodes, reports = _nodes(before.id, after.id), _reports(before.id, after.id)
    one, two = (_provenance(run, nodes[run.id], reports.get(run.id, {})) for run in (before, after))
    judged = [verdicts.judged(run.id) for run in (before, after)]
    pairs = _pairs(judged[0], judged[1])
    moved = (*_new_versions(after.team_id, pairs), *changes(one, two))
    return Comparison(
        rubrics=tuple(_rubric_row(was, now, moved) for was, now in pairs),
        changes=moved,
        nodes=tuple(_node_rows(nodes[before.id], nodes[after.id])),
        unjudged=tuple(run for run, its in zip((before, after), judged, strict=True) if its is None),
        elsewhere=tuple(_elsewhere(judged[0], judged[1])),
    )


def _pairs(before: Judged | None, after: Judged | None) -> list[tuple[JudgedRubric, JudgedRubric]]:
    """The rubrics both were judged by."""
    if before is None or after is None:
        return []
    return [(was, now) for now in after.rubrics if (was := before.rubric(now.id))]


def _elsewhere(before: Judged | None, after: Judged | None) -> Iterator[str]:
    """A sentence for each rubric that only one of two judged runs was judged by."""
    if before is None or after is None:
        return
    sides = ((before, after, "the earlier"), (after, before, "the later"))
    for mine, other, which in sides:
        yield from (f"Only {which} run was judged by {one.title}." for one in mine.rubrics if not other.rubric(one.id))


def _new_versions(team_id: int, pairs: Sequence[tuple[JudgedRubric, JudgedRubric]]) -> Iterator[Change]:
    for was, now in pairs:
        if was.version != now.version:
            criteria = _redefined(team_id, now.id, was.version, now.version)
            yield rubric_change(now.id, now.title, was.version, now.version, criteria)


def _redefined(team_id: int, name: str, before: str, after: str) -> frozenset[str] | None:
    """The criteria that the two versions define differently; None where a version is no longer there."""
    try:
        was, now = (rubrics.resolve(team_id, f"{name}@{version}") for version in (before, after))
    except NotFoundError:
        return None
    earlier = {criterion.id: criterion for criterion in was.criteria}
    return frozenset(one.id for one in now.criteria if earlier.get(one.id) != one)


def _rubric_row(before: JudgedRubric, after: JudgedRubric, moved: Sequence[Change]) -> RubricRow:
    earlier = {criterion.id: criterion for criterion in before.criteria}
    both = [(earlier[now.id], now) for now in after.criteria if now.id in earlier]
    flips = tuple(Flip(was, now, explain(was, now, moved)) for was, now in both if was.stands != now.stands)
    asked = {now.id for _, now in both}
    return RubricRow(
        before=before,
        after=after,
        flips=flips,
        kept=len(both) - len(flips),
        only_before=tuple(one.title for one in before.criteria if one.id not in asked),
        only_after=tuple(one.title for one in after.criteria if one.id not in asked),
    )


def _nodes(*run_ids: int) -> dict[int, dict[str, NodeSide]]:
    """The nodes of each run in their order, with the output that was committed; one query."""
    committed = (NodeAttempt.node_id == WorkflowNode.id) & (NodeAttempt.attempt == WorkflowNode.committed_attempt)
    rows = db.session.execute(
        select(WorkflowNode.run_id, WorkflowNode.node_id, WorkflowNode.status,
               NodeAttempt.started_at, NodeAttempt.finished_at, NodeAttempt.output)
        .outerjoin(NodeAttempt, committed)
        .where(WorkflowNode.run_id.in_(run_ids))
        .order_by(WorkflowNode.position)
    )  # fmt: skip
    found: dict[int, dict[str, NodeSide]] = {run_id: {} for run_id in run_ids}
    for run_id, node_id, *side in rows:
        found[run_id][node_id] = NodeSide(*side)
    return found


def _node_rows(before: Mapping[str, NodeSide], after: Mapping[str, NodeSide]) -> Iterator[NodeRow]:
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        outputs = [side.output if side else None for side in (was, now)]
        yield NodeRow(name, was, now, Differences() if None in outputs else differences(*outputs))


def _reports(*run_ids: int) -> dict[int, Mapping[str, Any]]:
    """What each run's report says of where it comes from; one query, and a file each."""
    rows = db.session.execute(
        select(NodeArtifact.run_id, NodeArtifact.sha256)
        .join(WorkflowNode, WorkflowNode.id == NodeArtifact.node_id)
        .where(NodeArtifact.run_id.in_(run_ids), NodeArtifact.name == REPORT)
        .where(NodeArtifact.attempt == WorkflowNode.committed_attempt)
    )
    return {row.run_id: _told_by(row.sha256) for row in rows}


def _told_by(sha256: str) -> Mapping[str, Any]:
    """The report's `provenance`; nothing where the file is gone, or is no report of ours."""
    try:
        report = json.loads(artifacts.path_of(sha256).read_bytes())
    except (NotFoundError, ValueError):
        return {}
    told = report.get("provenance") if isinstance(report, dict) else None
    return told if isinstance(told, dict) else {}


def _provenance(run: WorkflowRun, nodes: Mapping[str, NodeSide], told: Mapping[str, Any]) -> Provenance:
    return Provenance(
        paper=run.paper.title if run.paper else "no paper",
        pdf=run.paper.sha256 if run.paper else "",
        workflow=f"{run.definition.name} v{run.definition.version}",
        dag=run.definition.dag,
        given=run.input,
        outputs={name: side.output or {} for name, side in nodes.items()},
        statuses={name: side.status for name, side in nodes.items()},
        handlers={str(name): str(version) for name, version in told.get("handlers", {}).items()},
    )
