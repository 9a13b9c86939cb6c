"""The text layer: what is selected on the page reads as the stored text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from jobs.papers.layer import layer_of

Read = Callable[..., Document]


def lines_of(document: Document) -> list[list[Any]]:
    return list(layer_of(document)["pages"][0]["lines"])


def text_of(line: list[Any]) -> str:
    return "".join(piece[4] for piece in line)


def test_it_holds_the_stored_text_line_by_line(read_lines: Read) -> None:
    document = read_lines("# A heading", "The first line of it", "and the second.")
    assert "\n".join(map(text_of, lines_of(document))) == document.text.strip("\n")


def test_each_line_is_boxed_where_it_stands(read_lines: Read) -> None:
    first, second = lines_of(read_lines("The first line of the page", "and the second one."))
    assert first[0][0] == second[0][0] == 60
    assert first[0][3] <= second[0][1] + 1 and first[0][2] > second[0][2]


def test_a_divided_word_is_one_word_in_two_places(read: Read) -> None:
    def divided(canvas: Canvas) -> None:
        text = canvas.beginText(60, 700)
        text.textLines("All of our work is meant to be repro-\nducible by everybody who reads of it.")
        canvas.drawText(text)

    ((first, second),) = lines_of(read(divided))
    assert first[4] + second[4] == "All of our work is meant to be reproducible by everybody who reads of it."
    assert first[3] <= second[1] + 1


def test_words_up_the_side_are_turned(read: Read) -> None:
    def side(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "Upright words, and many of them, so that most are")
        canvas.rotate(90)
        canvas.drawString(300, -40, "up the margin")

    (turned,) = [line for line in lines_of(read(side)) if text_of(line) == "up the margin"]
    left, top, right, bottom, _text, turn = turned[0]
    assert turn == 270 and bottom - top > right - left


def test_a_page_without_words_has_no_lines(read: Read) -> None:
    assert lines_of(read(lambda canvas: canvas.rect(50, 50, 400, 600))) == []
