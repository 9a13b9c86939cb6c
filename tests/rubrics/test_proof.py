"""A met criterion rests on words and lines that are really there, or it is not met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboard.judging.evidence import Answer, Place, Quote, Verdict, digest, quote_from, to_json
from dashboard.judging.proof import LONGEST_LINE, PaperText, Record, RepositoryText

PAPER = PaperText.parted("Page one.\fWe use seed 7.\nTwice.")
REPOSITORY = RepositoryText("c0ffee", {"train.py", "huge.bin"}, {"train.py": "import os\n    run()\n" + "x" * 500})
RECORD = Record(PAPER, REPOSITORY)
BOXES = ((1.0, 2.0, 3.0, 4.0),)
SEED = Quote(2, 0, 14, "We use seed 7.", BOXES)


def met(*quotes: Quote, places: tuple[Place, ...] = ()) -> Verdict:
    return RECORD.proven(Verdict("seed", Answer.MET, "It does.", "a model", quotes, places))


def test_words_at_their_offset_prove_it() -> None:
    proven = met(SEED)
    assert (proven.answer, proven.quotes[0].verified) == (Answer.MET, True)


@pytest.mark.parametrize(
    "false",
    [
        replace(SEED, text="We use seed 8."),
        replace(SEED, page=1),
        replace(SEED, page=0),
        replace(SEED, page=3),
        replace(SEED, start=1),
        replace(SEED, start=0, end=0, text="", sha256=""),
        replace(SEED, start=-14),
        replace(SEED, sha256=digest("other words")),
    ],
)
def test_words_that_are_not_there_are_shown_as_unverified_and_earn_nothing(false: Quote) -> None:
    refused = met(replace(false, verified=True))
    assert (refused.answer, [quote.verified for quote in refused.quotes]) == (Answer.NOT_ASSESSED, [False])
    assert refused.reason.startswith("Without verified evidence")


def test_words_without_a_place_on_the_page_prove_nothing() -> None:
    assert met(replace(SEED, boxes=())).answer is Answer.NOT_ASSESSED


def test_one_verified_quote_is_enough() -> None:
    proven = met(replace(SEED, text="We use seed 8."), SEED)
    assert (proven.answer, [quote.verified for quote in proven.quotes]) == (Answer.MET, [False, True])


def test_a_quote_keeps_the_hash_of_the_words_first_taken() -> None:
    record = to_json(SEED)
    assert quote_from({**record, "text": "We use seed 8."}).sha256 == SEED.sha256 == digest("We use seed 7.")


@pytest.mark.parametrize(
    "place",
    [Place("train.py", 2, "c0ffee", "run()"), Place("train.py", 0, "c0ffee"), Place("huge.bin", 0, "c0ffee"),
     Place("train.py", 3, "c0ffee", "x" * LONGEST_LINE)],
)  # fmt: skip
def test_a_line_at_its_commit_proves_it(place: Place) -> None:
    assert met(places=(place,)).answer is Answer.MET


@pytest.mark.parametrize(
    "place",
    [Place("train.py", 1, "c0ffee", "run()"), Place("train.py", 2, "0ther", "run()"), Place("gone.py", 0, "c0ffee"),
     Place("train.py", 9, "c0ffee", ""), Place("train.py", -1, "c0ffee", "run()"), Place("train.py", 0, "")],
)  # fmt: skip
def test_a_line_that_is_not_there_is_dropped(place: Place) -> None:
    refused = met(places=(place,))
    assert (refused.answer, refused.places) == (Answer.NOT_ASSESSED, ())


@pytest.mark.parametrize(
    "screened",
    [
        {"hidden": [{"page": 2, "text": "We use", "reason": "white", "boxes": [[0, 0, 5, 5]]}]},
        {"instructions": [{"page": 2, "quote": {"page": 2, "start": 3, "end": 5}}]},
    ],
)
def test_words_no_reader_sees_prove_nothing(screened: dict[str, Any]) -> None:
    hidden = Record(PaperText.parted("\f".join(PAPER.pages), screened))
    assert hidden.proven(met(SEED)).quotes[0].verified is False


@pytest.mark.parametrize(
    "screened",
    [
        {"hidden": [{"page": 1, "text": "We use", "reason": "white", "boxes": [[0, 0, 5, 5]]}]},
        {"hidden": [{"page": 2, "text": "We use", "reason": "white", "boxes": [[2.5, 2, 9, 4]]}]},
        {"instructions": [{"page": 2, "quote": {"page": 2, "start": 14, "end": 20}}, {"page": 2}]},
    ],
)
def test_hidden_words_beside_them_change_nothing(screened: dict[str, Any]) -> None:
    assert Record(PaperText.parted("\f".join(PAPER.pages), screened)).proven(met(SEED)).answer is Answer.MET


def test_other_answers_need_no_proof() -> None:
    assert RECORD.proven(Verdict("seed", Answer.NOT_MET, "No seed.")).answer is Answer.NOT_MET


def test_without_anything_stored_nothing_is_proven() -> None:
    assert Record().proven(met(SEED)).answer is Answer.NOT_ASSESSED
    assert not PaperText.parted(" \f\n").has_words and PAPER.has_words
