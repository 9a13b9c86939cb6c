"""The checklists are whole, and a faulty one is refused with the place of its fault."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.judging.badges import badges
from dashboard.judging.criterion import FOLDER
from dashboard.judging.evidence import Answer
from dashboard.judging.rubric import NAMES, RubricError, load, named, parse, patterns, read, shipped

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


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(RubricError) as refused:
        parse(rubric(about="weather", absence="maybe", colour="red", pattern="no_such", item="1"), "own.yaml")
    assert len(refused.value.sentences) == 5 and all("own.yaml, a" in one for one in refused.value.sentences)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: [", "line 1"),
        ("- a\n- b", "not a mapping"),
        ("a: &a [1]\nb: *a", "alias"),
        ("[" * 5000, "cannot be read"),
        ("a" * 100_001, "longer than"),
        ("id: own\ntitle: x", "lacks version, source, criteria"),
        ("{id: own, title: x, version: 1, source: us, criteria: 7}", "is a list"),
        ("{id: own, title: x, version: 1, source: us, criteria: [7]}", "criterion 1: it is not a mapping"),
        ("{id: own, title: x, version: 1, source: us, criteria: [{id: a}]}", "own, a lacks title"),
        ("{id: ../own, title: x, version: 1, source: us, criteria: [{id: a}]}", "small letters"),
    ],
)
def test_a_file_people_wrote_is_refused_in_plain_words(text: str, words: str) -> None:
    with pytest.raises(RubricError, match=words):
        read(text, "own")


def test_a_file_people_wrote_takes_the_name_and_version_it_is_given() -> None:
    own = read((FOLDER / "neurips@2025.2.yaml").read_text(), id="ours", version="3")
    assert (own.name, own.criteria[0].key, len(own.criteria)) == ("ours@3", "ours/claims", 16)


def test_the_newest_version_is_the_default_and_the_old_ones_stay() -> None:
    assert shipped()["neurips"] == ("2025.2", "2025.1")
    assert (load("neurips").version, load("neurips", "2025.1").version) == ("2025.2", "2025.1")


def test_a_question_never_changes_under_its_name() -> None:
    """Rulings and comparisons hold for every version; other words need another id."""
    for name, versions in shipped().items():
        asked = [(one.id, one.question) for version in versions for one in load(name, version).criteria]
        assert len(set(asked)) == len({key for key, _ in asked}), name


def test_every_criterion_says_what_counts_as_evidence() -> None:
    silent = [criterion.key for name in NAMES for criterion in load(name).criteria if not criterion.counts]
    assert silent == []


def test_a_criterion_says_what_the_rules_look_for() -> None:
    rules = {criterion.id: criterion.rule for criterion in load("neurips").criteria}
    assert rules["experimental_setting"] == "hyper-parameters and the data splits"
    assert rules["irb"] == "an ethics statement, in a sentence that names an ethics board or its approval"
    assert rules["claims"] == ""


@pytest.mark.parametrize(
    ("text", "both"), [("neurips", ("neurips", None)), (" ours@3 ", ("ours", "3")), ("a@", ("a", None))]
)
def test_a_rubric_is_named_with_or_without_its_version(text: str, both: tuple[str, str | None]) -> None:
    assert named(text) == both


def test_an_unknown_version_is_refused_with_those_there_are() -> None:
    with pytest.raises(RubricError, match=r"2025\.1"):
        load("neurips", "1999.1")


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
