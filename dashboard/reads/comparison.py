"""Two runs side by side: the criteria that flipped and why, what differs, each node's state, time and output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dashboard.engine import standing
from dashboard.extensions import db
from dashboard.judging.evidence import Place
from dashboard.judging.judgement import Judged, JudgedRubric, Judgement
from dashboard.judging.places import address_of
from dashboard.models import WorkflowNode, WorkflowRun
from dashboard.reads import node_sides, verdicts
from dashboard.reads.causes import Change, Explanation, explain
from dashboard.reads.node_sides import NodeRow, NodeSide
from dashboard.reads.provenance import Provenance, changes
from dashboard.reads.rubric_versions import new_versions


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
    repositories: Mapping[int, str]

    def address(self, place: Place, run_id: int) -> str:
        """Where that run's repository shows the place; empty where that is not known."""
        return address_of(self.repositories[run_id], place.commit, place.path, place.line)

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
    nodes, reports = node_sides.of_runs(before.id, after.id), node_sides.reports(before.id, after.id)
    one, two = (_provenance(run, nodes[run.id], reports.get(run.id, {})) for run in (before, after))
    judged = [verdicts.judged(run.id) for run in (before, after)]
    pairs = _pairs(judged[0], judged[1])
    moved = (*new_versions(after.team_id, pairs), *changes(one, two))
    return Comparison(
        rubrics=tuple(_rubric_row(was, now, moved) for was, now in pairs),
        changes=moved,
        nodes=tuple(node_sides.rows(nodes[before.id], nodes[after.id])),
        unjudged=tuple(run for run, its in zip((before, after), judged, strict=True) if its is None),
        elsewhere=tuple(_elsewhere(judged[0], judged[1])),
        repositories={run.id: str(its.said("fetch_repo", "url") or "") for run, its in ((before, one), (after, two))},
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
