"""compute_score: scores per rubric and overall, and the badges, counted from the answers that stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dashboard.judging.badges import earned, warned
from dashboard.judging.evidence import Answer
from dashboard.judging.opinion import opinion_to_json, standing
from dashboard.judging.tally import Tally, counted_once, tally
from jobs.context import NodeContext
from jobs.registry import Output, handler


@handler("compute_score", version="2")
def compute_score(context: NodeContext) -> Output:
    """The share of criteria met among those assessed; None where none was. People's rulings stand over the checks.

    Leaves `rulings.json`: the rulings that were counted, for the report to tell of the same.
    """
    found = context.output_of("aggregate_findings")
    answers = _answers(found.get("rubrics", {}))
    ruled = context.rulings(str(found.get("commit") or ""))
    rulings = [ruling for ruling in ruled if ruling.criterion in answers.get(ruling.rubric, {})]
    rubrics = standing(answers, rulings)
    scores = {name: _scored(tally(answers.values())) for name, answers in rubrics.items()}
    overall = _scored(tally(counted_once(rubrics)))
    for name, score in scores.items():
        context.log(f"{name}: {score['met']} of {score['met'] + score['not_met']} assessed criteria met")
    badges = earned(rubrics) + warned(context.output_of("screen_text"))
    context.json_artifact("rulings.json", [opinion_to_json(ruling) for ruling in rulings])
    return {
        "score": overall["score"],  # The run's: who rules while the report is being written has the last word.
        "scores": scores,
        "overall": overall,
        "badges": badges,
        "rulings": [ruling.id for ruling in rulings],
    }


def _answers(found: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Answer]]:
    return {name: {key: Answer(answer) for key, answer in answers.items()} for name, answers in found.items()}


def _scored(counts: Tally) -> dict[str, Any]:
    return {**asdict(counts), "score": counts.score}
