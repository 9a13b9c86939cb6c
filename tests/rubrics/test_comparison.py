"""Verdicts beside one another, the authors' own answers, and the repository: where they part, it is said."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.judging.comparison import declared_against_found, judged, split_verdicts
from dashboard.judging.cross_checks import contradictions
from dashboard.judging.evidence import Answer, Quote, Verdict
from dashboard.judging.rubric import load

FOUND = {"found": True}
QUOTES = (Quote(1, 0, 6, "Limits", ((1.0, 1.0, 9.0, 9.0),), verified=True),)


def limitations(answer: Answer, declared: str | None = None, *others: Verdict) -> dict[str, Any]:
    """The NeurIPS rubric with that answer to item 2, and the authors' own."""
    verdicts = [Verdict("limitations", answer, "So it seems.", quotes=QUOTES), *others]
    return judged(load("neurips"), verdicts, {"neurips": {"2": declared}} if declared else {})


@pytest.mark.parametrize(
    ("declared", "found", "agrees"),
    [
        ("Yes", Answer.MET, True),
        ("Yes", Answer.NOT_MET, False),
        ("No", Answer.NOT_MET, True),
        ("No", Answer.MET, False),
        ("NA", Answer.MET, False),
        ("Yes", Answer.NOT_ASSESSED, None),
    ],
)
def test_the_authors_answer_is_held_against_what_was_found(declared: str, found: Answer, agrees: bool | None) -> None:
    (compared,) = declared_against_found([limitations(found, declared)])
    assert (compared["item"], compared["agrees"]) == (2, agrees)


def test_a_declaration_changes_no_answer() -> None:
    (criterion,) = [one for one in limitations(Answer.NOT_MET, "Yes")["criteria"] if one["item"] == 2]
    assert criterion["answer"] == "not_met"


def test_assessors_that_differ_are_both_shown() -> None:
    model = Verdict("limitations", Answer.MET, "It does.", "a model", QUOTES)
    (sentence,) = split_verdicts([limitations(Answer.NOT_MET, None, model)])
    assert "rules finds it not met" in sentence and "a model finds it met" in sentence


def test_an_assessor_that_could_tell_stands_over_one_that_could_not() -> None:
    model = Verdict("limitations", Answer.MET, "It does.", "a model", QUOTES)
    rubric = limitations(Answer.NOT_ASSESSED, None, model)
    (criterion,) = [one for one in rubric["criteria"] if one["item"] == 2]
    assert (criterion["answer"], criterion["assessor"]) == ("met", "a model")
    assert split_verdicts([rubric]) == []


def test_met_without_evidence_is_not_met() -> None:
    rubric = judged(load("neurips"), [Verdict("limitations", Answer.MET, "Trust me.", "a model")], {})
    (criterion,) = [one for one in rubric["criteria"] if one["item"] == 2]
    assert (criterion["answer"], criterion["reason"]) == ("not_assessed", "Without verified evidence: Trust me.")


def test_a_criterion_nobody_answered_is_not_assessed() -> None:
    assert {one["answer"] for one in judged(load("miccai"), [], {})["criteria"]} == {"not_assessed"}


def test_a_seed_in_the_paper_but_not_in_the_code_is_told() -> None:
    (sentence,) = contradictions({"seed": 1}, {"sets_seed_in_code": {"value": False}}, FOUND)
    assert "no seed is set" in sentence


def test_a_seed_in_the_code_but_not_in_the_paper_is_told() -> None:
    (sentence,) = contradictions({}, {"sets_seed_in_code": {"value": True}}, FOUND)
    assert "does not mention" in sentence


def test_what_cannot_be_told_contradicts_nothing() -> None:
    assert contradictions({"seed": 1}, {"sets_seed_in_code": {"value": None}}, FOUND) == []


def test_code_that_is_promised_and_not_there_is_told() -> None:
    gone = {"found": False, "absent": True, "reason": "There is no public repository."}
    assert contradictions({"code_statement": 1}, {}, gone)
    assert not contradictions({"code_statement": 1}, {}, {**gone, "absent": False})
