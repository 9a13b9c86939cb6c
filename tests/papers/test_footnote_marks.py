"""A sentence begins with its own first word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from jobs.papers.sentences import sentence_around, sentences_of
from tests.papers.printing import LEFT, TOP

Read = Callable[..., Document]


@pytest.mark.parametrize(("size", "first"), [(5, "Code"), (9, "7")])
def test_it_leaves_out_a_footnote_mark_but_no_number_of_the_sentence(read: Read, size: int, first: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", size)
        canvas.drawString(LEFT, TOP + 9 - size, "7")
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(LEFT + 8, TOP, "Code bases were looked at by us.")

    document = read(draw)
    around = sentence_around(document, document.pages[0], document.pages[0].text.index("bases"))
    assert [sentence.words.split()[0] for sentence in (*sentences_of(document), around)] == [first, first]
