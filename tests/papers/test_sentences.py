"""Quotes are whole sentences: cut where a reader would pause, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from jobs.papers.links import links_in
from jobs.papers.sentences import sentences_of
from tests.papers.printing import LEFT, TOP, lines

Read = Callable[..., Document]


def said(document: Document) -> list[str]:
    return [sentence.words for sentence in sentences_of(document)]


@pytest.mark.parametrize(
    "sentence",
    [
        "It ran on a 2.4 GHz Pentium machine.",
        "See Fig. 3 for this.",
        "It follows Smith et al. [3] in this.",
        "The code is at https://example. Org/code for all.",
        "We saw it at https://www.example.Org/a. b/ and there.",
        "That holds (e.g. A and B) in all cases.",
    ],
)
def test_it_keeps_a_sentence_whole(read_lines: Read, sentence: str) -> None:
    assert said(read_lines(f"Before it. {sentence} And after it.")) == ["Before it.", sentence, "And after it."]


def test_it_keeps_a_sentence_with_a_broken_address_whole(read_lines: Read) -> None:
    document = read_lines("First this. Our code is at https://github.", "com/someone/tool for all. Then that.")
    (link,) = links_in(document)
    assert " ".join(link.quote.text.split()) == "Our code is at https://github. com/someone/tool for all."


@pytest.mark.parametrize(
    ("mark", "text"), [("1", "Code is at hand."), ("12", "https://example.org/a is it."), ("†", "Work done there.")]
)
def test_it_leaves_a_footnotes_mark_out(read: Read, mark: str, text: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP, "\u2020" + text if mark == "†" else mark + text)

    assert said(read(draw)) == [text]


def test_it_leaves_the_mark_at_a_sentences_end_out(read_lines: Read) -> None:
    assert said(read_lines("It works well.3 It is described in Section 3.2. Then it ends.12")) == [
        "It works well.",
        "It is described in Section 3.2.",
        "Then it ends.",
    ]


def test_it_believes_in_no_introduction_of_many_pages(read: Read) -> None:
    first = lines(["# 1 Introduction", "Some words."])
    document = read(first, lines(["More words."]), lines(["Yet more."]), lines(["Far on."]))
    assert [sentence.section_kind for sentence in sentences_of(document)][1:] == ["introduction"] * 3 + ["other"]


def test_it_reads_a_block_of_nothing_but_a_mark(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 6)
        canvas.drawString(LEFT, TOP, "3")
        canvas.setFont("Times-Roman", 12)
        canvas.drawString(LEFT, TOP - 40, "Words of a far larger size.")

    assert said(read(draw))[-1] == "Words of a far larger size."
