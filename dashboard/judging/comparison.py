"""Rubrics with their answers: each criterion with every verdict on it, and what its authors declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.judging.evidence import Answer, Verdict, to_json
from dashboard.judging.proof import met_by_proof
from dashboard.judging.rubric import Criterion, Rubric

SILENT = "No check answered this."
# What an author's answer on a checklist claims, in our words.
CLAIMS = {"Yes": Answer.MET, "No": Answer.NOT_MET, "NA": Answer.NOT_APPLICABLE}
ASSESSED = frozenset({Answer.MET, Answer.NOT_MET})


def judged(rubric: Rubric, verdicts: Sequence[Verdict], declared: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The rubric as plain values, each criterion with its answer, its verdicts and the authors' own answer."""
    answers = declared.get(rubric.checklist, {}) if rubric.checklist else {}
    return {
        "id": rubric.id,
        "title": rubric.title,
        "version": rubric.version,
        "source": rubric.source,
        "criteria": [_judged_criterion(criterion, verdicts, answers) for criterion in rubric.criteria],
    }


def declared_against_found(rubrics: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The authors' answers beside what was found; `agrees` is None where nothing could be assessed."""
    return [
        _compared(rubric, criterion)
        for rubric in rubrics
        for criterion in rubric["criteria"]
        if criterion["declared"] in CLAIMS
    ]


def split_verdicts(rubrics: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence for each criterion on which two assessors differ."""
    return [
        f"{rubric['title']}, {criterion['title']}: {_opinions(criterion['verdicts'])}."
        for rubric in rubrics
        for criterion in rubric["criteria"]
        if len({verdict["answer"] for verdict in criterion["verdicts"]} & ASSESSED) > 1
    ]


def _judged_criterion(criterion: Criterion, verdicts: Sequence[Verdict], answers: Mapping[str, str]) -> dict[str, Any]:
    mine = [met_by_proof(verdict) for verdict in verdicts if verdict.criterion == criterion.id]
    stands = _standing(mine)
    return {
        "id": criterion.id,
        "group": criterion.group,
        "title": criterion.title,
        "question": criterion.question,
        "about": criterion.about,
        "item": criterion.item,
        "answer": str(stands.answer),
        "reason": stands.reason,
        "assessor": stands.assessor,
        "verdicts": [to_json(verdict) for verdict in mine],
        "declared": answers.get(str(criterion.item)),
    }


def _standing(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict that stands: the first that could assess, else the first at all."""
    assessed = [verdict for verdict in verdicts if verdict.answer in ASSESSED]
    return next(iter([*assessed, *verdicts]), Verdict("", Answer.NOT_ASSESSED, SILENT, ""))


def _compared(rubric: Mapping[str, Any], criterion: Mapping[str, Any]) -> dict[str, Any]:
    declared, found = criterion["declared"], criterion["answer"]
    agrees = CLAIMS[declared] == found if found in ASSESSED else None
    words = found.replace("_", " ")
    sentence = f"{rubric['title']}, {criterion['title']}: the authors answer {declared}; the checks find it {words}."
    place = {"rubric": rubric["id"], **{key: criterion[key] for key in ("title", "item")}, "criterion": criterion["id"]}
    return {**place, "declared": declared, "found": found, "agrees": agrees, "sentence": sentence}


def _opinions(verdicts: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{verdict['assessor']} finds it {verdict['answer'].replace('_', ' ')}" for verdict in verdicts)
