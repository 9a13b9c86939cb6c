"""Real papers, with what people found in them: run where PAPERSNITCH_PAPERS names a folder that has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jobs.confined import RefusalError
from jobs.papers.document import Document
from jobs.papers.evidence_rules import Evidence, gather
from jobs.papers.extraction import extract
from jobs.papers.ownership import choose_repository
from jobs.papers.pdfium import opened
from jobs.papers.title import paper_title

Reading = tuple[dict[str, Any], Document, Evidence, str, str]


@pytest.fixture(scope="module")
def readings(papers: Path) -> list[Reading]:
    """Every paper that can be read: its entry in the manifest, its document, its evidence, title and authors."""
    found = []
    for entry in json.loads((papers / "manifest.json").read_text("utf-8")):
        try:
            with opened(str(papers / entry["file"])) as pdf:
                document, metadata = extract(pdf), pdf.get_metadata_dict()
        except RefusalError:
            continue
        title = paper_title(document, metadata.get("Title", ""))
        found.append((entry, document, gather(document, title), title, metadata.get("Author", "")))
    return found


def test_it_refuses_the_encrypted_paper_in_plain_words(papers: Path) -> None:
    entries = json.loads((papers / "manifest.json").read_text("utf-8"))
    for entry in (entry for entry in entries if entry["password"]):
        with pytest.raises(RefusalError, match="needs a password"), opened(str(papers / entry["file"])):
            pass


def test_it_agrees_with_people_on_what_a_paper_reports(readings: list[Reading]) -> None:
    table = {(told, found): 0 for told in (True, False) for found in (True, False)}
    for entry, _, evidence, *_ in readings:
        truth = entry["ground_truth"]
        for flag, found in evidence.flags.items():
            if truth[flag] is not None and flag not in truth["ambiguous"]:
                table[truth[flag], found] += 1
    right, wrong = table[True, True] + table[False, False], table[True, False] + table[False, True]
    assert right / (right + wrong) >= 0.90
    assert correlation(table[True, True], table[False, True], table[False, False], table[True, False]) >= 0.80


def test_it_finds_the_own_repository_of_all_that_print_one_and_of_no_other(readings: list[Reading]) -> None:
    chosen, wanted = {}, {}
    for entry, document, evidence, title, authors in readings:
        repository = choose_repository(document, list(evidence.links), title, authors)
        chosen[entry["file"]] = repository.url if repository and repository.own else None
        wanted[entry["file"]] = entry["ground_truth"]["repo_url"]
    assert chosen == wanted


def test_it_quotes_only_what_stands_in_the_paper(readings: list[Reading]) -> None:
    for _, document, evidence, *_ in readings:
        again = Document.from_json(document.to_json())
        assert all(again.verify(finding.quote) for finding in evidence.findings)


def test_it_finds_the_printed_title(readings: list[Reading]) -> None:
    for entry, document, _, title, _ in readings:
        if document.text.strip("\f"):
            assert letters(title) == letters(entry["title"])


def letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def correlation(tp: int, fp: int, tn: int, fn: int) -> float:
    """Matthews' correlation coefficient."""
    below = ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) ** 0.5
    return (tp * tn - fp * fn) / below if below else 0.0
