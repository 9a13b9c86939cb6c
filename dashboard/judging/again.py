"""Judging again: another rubric's criteria answered by the rules, from what a run stored. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.judging.comparison import judged
from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Verdict, verdict_from
from dashboard.judging.material import PaperMaterial, RepositoryMaterial
from dashboard.judging.proof import Record
from dashboard.judging.question import Question
from dashboard.judging.rubric import Rubric
from dashboard.judging.rules import RulesAssessor

Rubrics = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Stored:
    """What a run keeps of a paper. `rubrics` are those of its `findings.json`, `declared` the authors' own answers."""

    paper: PaperMaterial
    repository: RepositoryMaterial
    record: Record
    rubrics: Rubrics = ()
    declared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def judged_again(rubric: Rubric, stored: Stored) -> dict[str, Any]:
    """The rubric as `findings.json` would hold it, with what models said of the same questions carried over."""
    verdicts = [verdict for criterion in rubric.criteria for verdict in _verdicts(criterion, stored)]
    return judged(rubric, verdicts, stored.declared)


def _verdicts(criterion: Criterion, stored: Stored) -> Iterable[Verdict]:
    material = stored.paper if criterion.about == "paper" else stored.repository
    by_rules = _assessed(material.question(criterion), stored.record)
    yield replace(by_rules, criterion=criterion.id)
    yield from (stored.record.proven(verdict) for verdict in _carried_over(criterion, stored.rubrics))


def _assessed(question: Question, record: Record) -> Verdict:
    """The rules' verdict, judged again without words that are not in the paper."""
    rules = RulesAssessor()
    verdict = rules.assess(question)
    checked = record.proven(verdict)
    while any(not quote.verified for quote in checked.quotes):
        question = question.without(checked)
        checked = record.proven(rules.assess(question))
    return checked


def _carried_over(criterion: Criterion, rubrics: Rubrics) -> list[Verdict]:
    """Models' verdicts on the same criterion, asked in the same words; of each model the first."""
    asked = [
        verdict_from(verdict)
        for rubric in rubrics
        for one in rubric["criteria"]
        if one["id"] == criterion.id and one["question"].split() == criterion.question.split()
        for verdict in one["verdicts"]
        if verdict["assessor"] != RulesAssessor.name
    ]
    return list({verdict.assessor: verdict for verdict in reversed(asked)}.values())[::-1]
