"""The rules' answers: what is there, what is not, and what cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.judging.evidence import Answer
from dashboard.judging.question import Exhibit, Obstacle, Question
from dashboard.judging.rules import RulesAssessor
from tests.agents.scripted import criterion, quote

MET, NOT_MET, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.NOT_ASSESSED


def answer(*present: bool | None, **changes: Any) -> Answer:
    """The rules' answer when each exhibit is there, is not, or cannot be told."""
    exhibits = tuple(Exhibit(f"kind{number}", state) for number, state in enumerate(present))
    return RulesAssessor().assess(Question(criterion(**changes), exhibits)).answer


@pytest.mark.parametrize(
    ("present", "expected"),
    [((True, False), MET), ((True, None), MET), ((False, False), NOT_MET), ((False, None), UNKNOWN)],
)
def test_any_of_the_evidence_is_enough(present: tuple[bool | None, ...], expected: Answer) -> None:
    assert answer(*present) is expected


@pytest.mark.parametrize(
    ("present", "expected"),
    [((True, True), MET), ((True, False), UNKNOWN), ((False, False), NOT_MET), ((True, None), UNKNOWN)],
)
def test_all_of_the_evidence_is_needed(present: tuple[bool | None, ...], expected: Answer) -> None:
    assert answer(*present, needs_all=True, partial=UNKNOWN) is expected


def test_absence_means_what_the_rubric_says() -> None:
    assert answer(False, absence=UNKNOWN, partial=UNKNOWN) is UNKNOWN


def test_what_no_rule_can_judge_is_not_assessed() -> None:
    assert answer(evidence=()) is UNKNOWN


def test_an_obstacle_is_the_answer_and_its_reason() -> None:
    question = Question(criterion(), obstacle=Obstacle(Answer.NOT_APPLICABLE, "Not asked of a theory paper."))
    verdict = RulesAssessor().assess(question)
    assert (verdict.answer, verdict.reason) == (Answer.NOT_APPLICABLE, "Not asked of a theory paper.")


def test_a_verdict_shows_a_few_quotes_of_each_kind() -> None:
    seeds = tuple(quote(f"seed {number}", number) for number in range(5))
    exhibits = (Exhibit("seed", True, seeds), Exhibit("runs", True, (quote("three runs"),)))
    shown = RulesAssessor().assess(Question(criterion(), exhibits)).quotes
    assert [one.text for one in shown] == ["seed 0", "three runs", "seed 1"]
