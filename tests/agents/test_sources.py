"""What the paper and its repository hold on a criterion, and what they refuse to vouch for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.judging.evidence import Answer, Finding, Place, Verdict
from dashboard.judging.material import BY_OCR, UNREAD, doubt_of
from dashboard.judging.rubric import Pattern
from jobs.agents.paper_source import PaperSource
from jobs.agents.repository_source import RepositorySource, obstacle_of
from jobs.papers.document import Document, Page
from jobs.papers.frame import Frame
from jobs.repositories.snapshot import Snapshot
from tests.agents.scripted import TEXT, criterion, quote
from tests.handlers.conftest import Chain

SNAPSHOT = Snapshot("c0ffee", "https://github.com/lab/tiny", {"train.py": 20}, {"train.py": "import os\nrun()\n"})


def document(text: str) -> Document:
    """A paper of one page."""
    frame = Frame(left=0.0, bottom=0.0, width=600.0, height=800.0)
    return Document((Page(1, frame, text, b"\0" * 16 * len(text)),))


def paper(text: str = TEXT, paper_type: str = "method") -> PaperSource:
    return PaperSource(document(text), [Finding("seed", quote("We use seed 7."))], paper_type)


def obstacle(tmp_path: Path, workflow_input: dict[str, Any] | None = None, **outputs: dict[str, Any]) -> Answer | None:
    """The answer all repository criteria get because of what earlier nodes left; None when each is judged."""
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4")
    chain = Chain(tmp_path, tmp_path / "paper.pdf", workflow_input or {}, outputs=dict(outputs))
    found = obstacle_of(chain.context("ai_checks_repo", {}))
    return found.answer if found else None


def test_findings_of_the_kind_are_the_exhibit() -> None:
    (exhibit,) = paper().question(criterion()).exhibits
    assert (exhibit.present, [one.text for one in exhibit.quotes]) == (True, ["We use seed 7."])


def test_a_sentence_must_also_match_the_pattern() -> None:
    strict = criterion(pattern=Pattern("gives two digits", re.compile(r"\d\d")))
    assert paper().question(strict).exhibits[0].present is False


def test_a_scan_has_nothing_to_assess() -> None:
    asked = paper(text=" ").question(criterion())
    assert asked.obstacle is not None and asked.obstacle.answer is Answer.NOT_ASSESSED


def test_what_ocr_did_not_read_may_be_there_all_the_same() -> None:
    read = paper(text="A page of words.")
    by_ocr = replace(read, doubt=BY_OCR)
    (exhibit,) = replace(by_ocr, findings=()).question(criterion()).exhibits
    assert (exhibit.present, "OCR" in exhibit.note) == (None, True)
    assert by_ocr.question(criterion()).exhibits[0].present is True


@pytest.mark.parametrize(
    ("counts", "doubt"),
    [
        ({}, ""),
        ({"unreadable_pages": [2, 3, 4, 5, 6]}, ""),
        ({"unreadable_pages": [2, 3, 4, 5, 6, 7]}, UNREAD),
        ({"unread_pages": 6}, UNREAD),
        ({"ocr_pages": 6}, BY_OCR),
        ({"ocr_pages": 3, "unreadable_pages": [2, 3, 4]}, UNREAD),
    ],
)
def test_only_where_most_pages_were_not_read_is_the_rest_in_doubt(counts: dict[str, Any], doubt: str) -> None:
    assert doubt_of({"extract_text": {"pages": 10, **counts}}) == doubt


def test_a_criterion_is_not_asked_of_other_types_of_paper() -> None:
    asked = paper(paper_type="theory").question(criterion(applies_to=frozenset({"method"})))
    assert asked.obstacle is not None and asked.obstacle.answer is Answer.NOT_APPLICABLE


def test_a_paper_of_unknown_type_is_asked_everything() -> None:
    assert paper(paper_type="unknown").question(criterion(applies_to=frozenset({"method"}))).obstacle is None


@pytest.mark.parametrize("false", [quote("We use seed 8."), quote("We use seed 7.", start=1), quote("We")])
def test_only_the_very_words_at_their_place_are_verified(false: Any) -> None:
    checked, faults = paper().check(Verdict("own/seed", Answer.MET, "", quotes=(false,)))
    assert checked.quotes[0].verified is (false.text == "We")
    assert len(faults) == (false.text != "We")


def test_only_the_very_line_at_that_commit_is_a_place() -> None:
    places = (
        Place("train.py", 2, "c0ffee", "run()"),
        Place("train.py", 0, "c0ffee"),
        Place("train.py", 1, "c0ffee", "run()"),
        Place("train.py", 9, "c0ffee", ""),
        Place("train.py", 2, "other", "run()"),
        Place("nowhere.py", 0, "c0ffee"),
    )
    checked, faults = RepositorySource(SNAPSHOT, {}).check(Verdict("own/x", Answer.MET, "", places=places))
    assert (checked.places, len(faults)) == (places[:2], 4)


def test_words_of_the_paper_prove_nothing_of_the_repository() -> None:
    checked, faults = RepositorySource(SNAPSHOT, {}).check(Verdict("own/x", Answer.MET, "", quotes=(quote("We"),)))
    assert (checked.quotes, len(faults)) == ((), 1)


def test_somebody_elses_repository_is_not_the_papers(tmp_path: Path) -> None:
    cited = {"repository": {"url": "https://github.com/others/theirs", "own": False}}
    assert obstacle(tmp_path, validate_links=cited, fetch_repo={"found": True}) is Answer.NOT_MET


def test_a_repository_a_person_names_is_the_papers(tmp_path: Path) -> None:
    cited = {"repository": {"url": "https://github.com/others/theirs", "own": False}}
    named = {"repository": "https://github.com/lab/tiny"}
    assert obstacle(tmp_path, named, validate_links=cited, fetch_repo={"found": True}) is None


def test_a_repository_that_is_not_there_is_not_met(tmp_path: Path) -> None:
    assert obstacle(tmp_path, fetch_repo={"found": False, "absent": True, "reason": "gone"}) is Answer.NOT_MET


def test_a_repository_that_could_not_be_read_is_not_assessed(tmp_path: Path) -> None:
    unread = {"found": False, "absent": False, "reason": "No network."}
    assert obstacle(tmp_path, fetch_repo=unread) is Answer.NOT_ASSESSED


@pytest.mark.parametrize(("ocr_pages", "answer"), [(3, Answer.NOT_ASSESSED), (1, Answer.NOT_MET)])
def test_a_repository_that_ocr_may_have_missed_is_not_assessed(tmp_path: Path, ocr_pages: int, answer: Answer) -> None:
    nothing = {"found": False, "absent": True, "reason": "The paper names no code repository."}
    read = {"characters": 900, "pages": 4, "ocr_pages": ocr_pages}
    assert obstacle(tmp_path, ingest_pdf={"scanned": True}, extract_text=read, fetch_repo=nothing) is answer


def test_the_repository_of_a_scan_is_not_assessed(tmp_path: Path) -> None:
    nothing = {"found": False, "absent": True, "reason": "The paper names no code repository."}
    assert obstacle(tmp_path, ingest_pdf={"scanned": True}, fetch_repo=nothing) is Answer.NOT_ASSESSED
