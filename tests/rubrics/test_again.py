"""Scoring again needs no new run: the rules answer from what was stored, as they did then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboard.judging.again import Stored, judged_again
from dashboard.judging.criterion import FOLDER
from dashboard.judging.evidence import Answer, Finding, Quote, Verdict, to_json
from dashboard.judging.material import PaperMaterial, RepositoryMaterial, no_repository
from dashboard.judging.proof import PaperText, Record, RepositoryText
from dashboard.judging.rubric import load, read

TEXT = "Limitations: it is slow. Results: 0.9 ± 0.1."
REPOSITORY = RepositoryText("c0ffee", {"train.py"}, {"train.py": "main()"})


def quote(words: str) -> Quote:
    start = TEXT.find(words)
    return Quote(1, start, start + len(words), words, ((1.0, 1.0, 9.0, 9.0),))


def stored(*findings: Finding, **changes: Any) -> Stored:
    """A paper with those findings, and a repository with a training script."""
    fact = {
        "value": True,
        "places": [{"path": "train.py", "line": 1, "commit": "c0ffee", "text": "main()"}],
        "note": "",
    }
    whole = Stored(
        PaperMaterial(findings, "method"),
        RepositoryMaterial({"has_training_script": fact}, "method"),
        Record(PaperText.parted(TEXT), REPOSITORY),
    )
    return replace(whole, **changes)


def answers(rubric: str, kept: Stored) -> dict[str, str]:
    return {one["id"]: one["answer"] for one in judged_again(load(rubric), kept)["criteria"]}


def test_the_rules_answer_from_the_findings() -> None:
    found = answers("neurips", stored(Finding("limitations", quote("Limitations: it is slow."))))
    assert (found["limitations"], found["error_bars"], found["claims"]) == ("met", "not_met", "not_assessed")


def test_the_rules_answer_from_the_facts() -> None:
    found = answers("ml_code_completeness", stored())
    assert (found["training_code"], found["dependencies"]) == ("met", "not_assessed")


def test_a_finding_that_is_not_in_the_text_counts_for_nothing() -> None:
    invented = replace(quote("Limitations: it is slow."), text="Limitations: it is fast", sha256="")
    assert answers("neurips", stored(Finding("limitations", invented)))["limitations"] == "not_assessed"


def test_one_that_is_there_still_counts_beside_it() -> None:
    invented = Finding("error_bars", replace(quote("0.9 ± 0.1"), text="0.8 ± 0.2", sha256=""))
    assert answers("neurips", stored(invented, Finding("error_bars", quote("0.9 ± 0.1"))))["error_bars"] == "met"


def test_one_that_is_there_is_found_behind_many_that_are_not() -> None:
    false = [replace(quote("0.9 ± 0.1"), text=f"0.{digit} ± 0.2", sha256="") for digit in range(1, 6)]
    shown = [Finding("error_bars", one) for one in [*false, quote("0.9 ± 0.1")]]
    assert answers("neurips", stored(*shown))["error_bars"] == "met"


def test_other_types_of_paper_are_asked_other_things() -> None:
    review = stored(paper=PaperMaterial((), "review"))
    assert answers("neurips", review)["error_bars"] == "not_applicable"


def test_without_a_text_layer_nothing_about_the_paper_is_assessed() -> None:
    scan = stored(paper=PaperMaterial((), "method", has_words=False))
    assert answers("neurips", scan)["limitations"] == "not_assessed"


def test_without_a_repository_the_obstacle_answers() -> None:
    absent = no_repository({"fetch_repo": {"found": False, "absent": True, "reason": "There is none."}}, False)
    without = stored(repository=RepositoryMaterial({}, "method", absent))
    assert set(answers("ml_code_completeness", without).values()) == {"not_met"}


def by_model(words: str, question: str = "", criterion: str = "claims") -> list[dict[str, Any]]:
    """A run's rubric in which a model found that criterion met by those words."""
    asked = question or next(one.question for one in load("neurips").criteria if one.id == criterion)
    shown = quote(words) if words in TEXT else invented(words)
    verdict = Verdict(criterion, Answer.MET, "It does.", "a model", (shown,))
    return [{"id": "other", "criteria": [{"id": criterion, "question": asked, "verdicts": [to_json(verdict)]}]}]


def invented(words: str) -> Quote:
    return Quote(1, 0, len(words), words, ((1.0, 1.0, 9.0, 9.0),), verified=True)


def test_what_a_model_said_of_the_same_question_is_carried_over() -> None:
    assert answers("neurips", stored(rubrics=by_model("0.9 ± 0.1")))["claims"] == "met"


@pytest.mark.parametrize("rubrics", [by_model("It cures all."), by_model("0.9 ± 0.1", "Another question?")])
def test_it_is_not_where_its_words_are_invented_or_the_question_was_another(rubrics: Any) -> None:
    assert answers("neurips", stored(rubrics=rubrics))["claims"] == "not_assessed"


def test_a_teams_own_rubric_judges_too() -> None:
    text = (FOLDER / "neurips@2025.2.yaml").read_text().replace("any: [limitations]", "any: [error_bars]")
    own = judged_again(read(text, id="ours", version="1"), stored(Finding("error_bars", quote("0.9 ± 0.1"))))
    limits = next(one for one in own["criteria"] if one["id"] == "limitations")
    assert (own["version"], limits["answer"]) == ("1", "met")
