"""A hyphen at a line's end is kept where the word is written with one, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobs.papers.document import Document
from tests.papers.printing import lines as lines_of

Read = Callable[..., Document]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["All of it is repro-", "ducible in full."], "is reproducible in"),
        (["It beats the state-of-the-", "art by far."], "the state-of-the-art by"),
        (["They are self-", "supervised networks."], "are self-supervised networks"),
        (["We trained a data-", "driven one, and data-driven it is."], "a data-driven one"),
        (["We found hyper-", "parameters. Our hyperparameters are told."], "found hyperparameters"),
        (["It is a semi-super-", "vised one, and supervised it is."], "a semi-supervised one"),
        (["Runs of GPT-", "4 were made."], "of GPT-4 were"),
        (["It was COVID-", "Net that did it."], "was COVID-Net that"),
        (["At https://github.com/some-", "one/code it is."], "https://github.com/some-one/code it"),
        (["What is \u201cquo-", "ted\u201d is quoted."], "is \u201cquoted\u201d is"),
    ],
)
def test_it_settles_a_hyphen_at_a_line_end(read_lines: Read, lines: list[str], joined: str) -> None:
    assert joined in read_lines(*lines).pages[0].text


def test_it_lets_another_page_tell_how_a_word_is_written(read: Read) -> None:
    document = read(lines_of(["We use a data-", "driven one."]), lines_of(["It is data-driven."]))
    assert "a data-driven one" in document.pages[0].text


def test_it_keeps_every_place_when_hyphens_go(read_lines: Read) -> None:
    texts = ["All of it is repro-", "ducible and so is", "every-", "thing that follows here.", "# 2 Results"]
    document = read_lines(*texts)
    page, undivided = document.pages[0], read_lines("nothing", "nothing", "nothing", *texts[3:]).pages[0]
    places = [one.box_of(one.text.index("follows")) for one in (page, undivided)]
    assert places[0] == pytest.approx(places[1], abs=0.1)
    assert page.text[document.sections[-1].start :].startswith("2 Results")
    assert all(page.text[block - 1] == "\n" for block in page.blocks if block)


def test_it_leaves_a_hyphen_before_what_is_no_rest_of_the_word(read_lines: Read) -> None:
    assert read_lines("the page ends with repro-").pages[0].text == "the page ends with repro-\n"
