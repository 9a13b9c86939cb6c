"""The count down a review copy's margin never gets into its sentences, and nothing else is taken for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from tests.papers.printing import LEADING, LEFT, RIGHT, TOP, Draw, both

Read = Callable[..., Document]

NAMES = ("one", "two", "three", "four", "five", "six", "seven")
PROSE = [f"words of sentence {name} run over the whole of the line" for name in NAMES]
WHOLE = "\n".join(PROSE) + "\n"


def column(texts: Iterable[str], left: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        for row, text in enumerate(texts):
            canvas.drawString(left, TOP - row * LEADING, text)

    return draw


def row_by_row(numbers: Iterable[str], left: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        for row, (number, text) in enumerate(zip(numbers, PROSE, strict=True)):
            for at, words in sorted([(left, number), (LEFT, text)]):
                canvas.drawString(at, TOP - row * LEADING, words)

    return draw


@pytest.mark.parametrize("left", [LEFT - 30, LEFT + 320])
def test_it_leaves_out_numbers_drawn_with_each_line(read: Read, left: float) -> None:
    assert read(row_by_row([f"{n:03d}" for n in range(96, 103)], left)).pages[0].text == WHOLE


def test_it_leaves_out_numbers_drawn_apart_from_the_text(read: Read) -> None:
    assert read(both(column(map(str, range(1, 8)), LEFT - 30), column(PROSE, LEFT))).pages[0].text == WHOLE


def test_it_leaves_out_numbers_at_every_second_line(read: Read) -> None:
    numbers = ["2" if row == 0 else str(2 + row) if row % 2 == 0 else "" for row in range(7)]
    assert read(row_by_row(numbers, LEFT - 30)).pages[0].text == WHOLE


def test_it_leaves_out_numbers_beside_a_table_and_a_sidebar(read: Read) -> None:
    table = column([f"{n} cell" for n in range(9)], RIGHT + 100)
    sidebar = column(["said aside"] * 9, 0)
    text = read(both(row_by_row(map(str, range(1, 8)), LEFT - 12), sidebar, table)).pages[0].text
    assert [sentence for sentence in PROSE if sentence not in text] == []
    assert re.search(r"[1-7] words", text) is None


def test_it_joins_a_word_divided_before_a_number(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        for row in range(8):
            canvas.drawString(LEFT, TOP - row * LEADING, "ducible line that goes on and is repro-")
            canvas.drawString(LEFT + 320, TOP - row * LEADING, str(row + 1))

    assert "is reproducible line" in read(draw).pages[0].text


def test_it_keeps_the_numbers_of_a_list(read_lines: Read) -> None:
    texts = [f"{n} item of a list whose numbers stand at its margin" for n in range(1, 9)]
    assert read_lines(*texts).pages[0].text == "\n".join(texts) + "\n"


def test_it_keeps_the_numbers_of_references_that_hang_in_the_margin(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        for n in range(8):
            canvas.drawString(LEFT - 20, TOP - 3 * n * LEADING, str(n + 1))
            for row in range(3):
                canvas.drawString(
                    LEFT, TOP - (3 * n + row) * LEADING, "Somebody and somebody else. A title. A journal."
                )

    assert re.search(r"\b8\s+Somebody", read(draw).pages[0].text)


def test_it_keeps_a_column_of_counts_in_a_table(read: Read) -> None:
    cells = both(column(map(str, range(1, 8)), LEFT + 100), column(["name"] * 7, LEFT), column(["much"] * 7, RIGHT))
    text = read(cells).pages[0].text
    assert [number for number in "1234567" if number not in text] == []
