"""The scores of a run: one rubric with its judgements, the others it was judged by, and what the report lags behind."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from dashboard.engine import rescoring, standing
from dashboard.extensions import db
from dashboard.judging.judgement import Judged, JudgedRubric, judged_rubric
from dashboard.models import NodeAttempt, Rescore, WorkflowNode
from dashboard.reads import verdicts

SCORING = "compute_score"


@dataclass(frozen=True)
class Scores:
    """`chosen` is the rubric on show. `others` names those the run was scored by later. `is_behind` tells that the
    report does not know of all rulings."""

    judged: Judged
    chosen: JudgedRubric
    others: tuple[str, ...]
    is_behind: bool

    @property
    def is_own(self) -> bool:
        """Whether the run itself was judged by the rubric on show."""
        return self.chosen.name not in self.others


def scores(run_id: int, wanted: str = "") -> Scores | None:
    """The run under the rubric of that name (`neurips@2025.1`), by default its first; None where there is none."""
    judged = verdicts.judged(run_id)
    if judged is None or not judged.rubrics:
        return None
    others = _later(run_id)
    chosen = _chosen(judged, wanted, others)
    return Scores(judged, chosen, others, _is_behind(judged)) if chosen else None


def _chosen(judged: Judged, wanted: str, others: tuple[str, ...]) -> JudgedRubric | None:
    """One of the run's own, or judged again from what it stored if it was asked for before."""
    own = (one for one in judged.rubrics if wanted in ("", one.id, one.name))
    chosen = next(own, None)
    if chosen is not None or wanted not in others:
        return chosen
    record = rescoring.judge(judged.run_id, wanted)
    opinions = standing.opinions(db.session.connection(), [judged.paper_id], record["id"])
    return judged_rubric(judged.run_id, record, [one for one in opinions if one.holds_at(judged.commit)])


def _later(run_id: int) -> tuple[str, ...]:
    rows = db.session.execute(
        select(Rescore.rubric, Rescore.version).where(Rescore.run_id == run_id).order_by(Rescore.rubric, Rescore.id)
    )
    return tuple(f"{row.rubric}@{row.version}" for row in rows)


def _is_behind(judged: Judged) -> bool:
    """Whether the rulings that stand are others than those the score, and so the report, was counted with."""
    row = db.session.execute(
        select(NodeAttempt.output["rulings"].label("rulings"))
        .join(WorkflowNode, WorkflowNode.id == NodeAttempt.node_id)
        .where(WorkflowNode.run_id == judged.run_id, WorkflowNode.node_id == SCORING)
        .where(NodeAttempt.attempt == WorkflowNode.committed_attempt)
    ).first()
    criteria = (criterion for rubric in judged.rubrics for criterion in rubric.criteria)
    standing_now = {one.id for criterion in criteria for one in criterion.rulings if one.stands}
    return row is not None and standing_now != set(row.rulings or ())
