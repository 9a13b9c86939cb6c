"""compute_score: scores per rubric and overall, and the badges, counted from the answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dashboard.judging.badges import earned, warned
from dashboard.judging.evidence import Answer
from dashboard.judging.tally import Tally, counted_once, tally
from jobs.context import NodeContext
from jobs.registry import Output, handler


@handler("compute_score")
def compute_score(context: NodeContext) -> Output:
    """The share of criteria met among those assessed; None where none was."""
    found = context.output_of("aggregate_findings").get("rubrics", {})
    rubrics = {name: {key: Answer(answer) for key, answer in answers.items()} for name, answers in found.items()}
    scores = {name: _scored(tally(answers.values())) for name, answers in rubrics.items()}
    overall = _scored(tally(counted_once(rubrics)))
    for name, score in scores.items():
        context.log(f"{name}: {score['met']} of {score['met'] + score['not_met']} assessed criteria met")
    badges = earned(rubrics) + warned(context.output_of("screen_text"))
    return {"scores": scores, "overall": overall, "badges": badges}


def _scored(counts: Tally) -> dict[str, Any]:
    return {**asdict(counts), "score": counts.score}
