"""The checklists are whole, and a faulty one is refused with the place of its fault."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.judging.badges import badges
from dashboard.judging.evidence import Answer
from dashboard.judging.rubric import NAMES, RubricError, load, parse, patterns

SIZES = {"ml_code_completeness": 5, "miccai": 28, "neurips": 16, "pineau": 21}
GOOD = {
    "id": "a",
    "title": "A",
    "question": "A?",
    "about": "paper",
    "absence": "not_met",
    "evidence": {"any": ["seed"]},
}


def rubric(**changes: Any) -> Any:
    """A rubric of one criterion with those changes."""
    return {"id": "own", "title": "Own", "version": "1", "source": "us", "criteria": [{**GOOD, **changes}]}


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_each_checklist_has_all_its_criteria(name: str, size: int) -> None:
    assert len(load(name).criteria) == size


def test_what_no_rule_can_judge_is_never_taken_for_missing() -> None:
    silent = [criterion for name in NAMES for criterion in load(name).criteria if not criterion.evidence]
    assert silent
    assert {criterion.absence for criterion in silent} == {Answer.NOT_ASSESSED}


def test_the_neurips_items_are_numbered_as_authors_answer_them() -> None:
    assert [criterion.item for criterion in load("neurips").criteria] == list(range(1, 17))


def test_criteria_of_one_id_look_for_the_same_evidence_in_the_code_sections() -> None:
    code = load("ml_code_completeness").criteria
    others = {(name, criterion.id): criterion for name in NAMES for criterion in load(name).criteria}
    for criterion in code:
        assert others["pineau", criterion.id].evidence == others["miccai", criterion.id].evidence == criterion.evidence


def test_badges_name_criteria_that_exist() -> None:
    keys = {criterion.key for name in NAMES for criterion in load(name).criteria}
    assert set().union(*badges().values()) <= keys


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"about": "weather"}, "paper or repository"),
        ({"evidence": {"any": ["has_readme"]}}, "has_readme"),
        ({"evidence": {"some": ["seed"]}}, "any: or all:"),
        ({"absence": "maybe"}, "maybe"),
        ({"applies_to": ["poem"]}, "poem"),
        ({"pattern": "no_such"}, "no_such"),
    ],
)
def test_a_faulty_criterion_is_refused_with_its_place(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RubricError, match=words) as refused:
        parse(rubric(**changes), "own.yaml")
    assert "own.yaml, a" in str(refused.value)


def test_a_criterion_twice_is_refused() -> None:
    with pytest.raises(RubricError, match="a more than once"):
        parse({**rubric(), "criteria": [GOOD, GOOD]}, "own.yaml")


def test_an_unknown_rubric_is_refused_with_those_there_are() -> None:
    with pytest.raises(RubricError, match="miccai"):
        load("../../etc/passwd")


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("count_of_examples", "It holds 1,200 training images.", "It holds many images."),
        ("version_number", "We use PyTorch 1.13.", "We use PyTorch."),
        ("citation", "We evaluate on MSVD [Chen and Dolan, 2011].", "We evaluate on MSVD."),
        ("address", "Data are at https://example.org/data.", "Data are on request."),
        ("ethics_board", "The IRB approved it.", "Ethics matter."),
        ("ethics_approval", "All gave informed consent.", "A suburb of Rome."),
        ("broader_impact", "We discuss societal impacts.", "The impact of noise."),
        ("payment", "Annotators were paid 12 dollars.", "Annotators repaid us."),
    ],
)
def test_a_pattern_tells_sentences_apart(name: str, yes: str, no: str) -> None:
    regex = patterns()[name].regex
    assert regex.search(yes) and not regex.search(no)
