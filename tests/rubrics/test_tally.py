"""Scores are shares of what was assessed; nothing else counts."""

from __future__ import annotations

from dashboard.judging.badges import earned, warned
from dashboard.judging.evidence import Answer
from dashboard.judging.tally import counted_once, tally

MET, NOT_MET, NOT_APPLICABLE, NOT_ASSESSED = Answer.MET, Answer.NOT_MET, Answer.NOT_APPLICABLE, Answer.NOT_ASSESSED
COMPLETE = dict.fromkeys(
    ("dependencies", "training_code", "evaluation_code", "pretrained_models", "readme_results"), Answer.MET
)


def test_the_score_is_the_share_of_met_among_the_assessed() -> None:
    assert tally([MET, MET, NOT_MET]).score == 67


def test_what_was_not_assessed_or_not_applicable_moves_no_score() -> None:
    assert tally([MET, NOT_MET]).score == tally([MET, NOT_MET, NOT_ASSESSED, NOT_APPLICABLE, NOT_ASSESSED]).score


def test_without_anything_assessed_there_is_no_score() -> None:
    assert tally([NOT_ASSESSED, NOT_APPLICABLE]).score is None


def test_a_question_of_several_rubrics_counts_once_by_its_strictest_answer() -> None:
    answers = counted_once({"one": {"a": MET, "b": MET}, "two": {"a": NOT_MET, "c": NOT_ASSESSED}})
    assert sorted(answers) == sorted([NOT_MET, MET, NOT_ASSESSED])


def test_a_badge_needs_every_one_of_its_criteria() -> None:
    whole = [badge["id"] for badge in earned({"ml_code_completeness": COMPLETE})]
    broken = [badge["id"] for badge in earned({"ml_code_completeness": {**COMPLETE, "training_code": NOT_MET}})]
    assert (whole, broken) == (["complete_code"], [])


def test_hidden_text_is_a_warning_not_an_honour() -> None:
    assert [badge["kind"] for badge in warned({"hidden": [{"page": 1}], "instructions": []})] == ["warning"]
