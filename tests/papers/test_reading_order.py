"""What a person reads first comes first, however the file draws it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from tests.papers.printing import LEADING, TOP, both, lines

Read = Callable[..., Document]

EDGES = (50.0, 225.0, 400.0)
COLUMNS = [[f"Column {name} sentence number {row:02d} here" for row in range(14)] for name in ("one", "two", "six")]
WHOLE = [text for column in COLUMNS for text in column]


def three_row_by_row(canvas: Canvas) -> None:
    for row, texts in enumerate(zip(*COLUMNS, strict=True)):
        for left, text in zip(EDGES, texts, strict=True):
            canvas.drawString(left, TOP - row * LEADING, text)


def test_it_reads_three_columns_that_the_file_draws_row_by_row(read: Read) -> None:
    assert read(three_row_by_row).pages[0].text.split("\n")[:-1] == WHOLE


def test_it_keeps_three_columns_that_the_file_draws_one_after_the_other(read: Read) -> None:
    columns = [lines(texts, left=left) for left, texts in zip(EDGES, COLUMNS, strict=True)]
    assert read(both(*columns)).pages[0].text.split("\n")[:-1] == WHOLE


def test_it_reads_a_table_of_three_columns_row_by_row(read: Read) -> None:
    rows = [
        (
            f"Name {n:02d} of a rather long kind",
            "what it is and what it does",
            f"0.{n:02d} and a few more words beside it",
        )
        if n % 2
        else (f"Name {n:02d}", "short", f"0.{n:02d}")
        for n in range(14)
    ]

    def draw(canvas: Canvas) -> None:
        for row, cells in enumerate(rows):
            for left, cell in zip(EDGES, cells, strict=True):
                canvas.drawString(left, TOP - row * LEADING, cell)

    text = read(draw).pages[0].text
    places = [text.index(cell) for n in range(14) for cell in (f"Name {n:02d}", f"0.{n:02d}")]
    assert places == sorted(places)


@pytest.mark.parametrize("drawn", ["first", "last"])
def test_it_reads_a_caption_between_two_bands_of_columns_where_it_stands(read: Read, drawn: str) -> None:
    caption = "Table 1: What was measured, set over the whole width of the page and so over both of its columns"

    def bands(canvas: Canvas) -> None:
        for band in range(2):
            for row in range(10):
                y = TOP - (row + 14 * band) * LEADING
                canvas.drawString(60, y, f"Left column of band {band} and row {row:02d} of it here")
                canvas.drawString(320, y, f"Right column of band {band} and row {row:02d} of it here")

    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, TOP - 11.5 * LEADING, caption)

    text = read(both(draw, bands) if drawn == "first" else both(bands, draw)).pages[0].text
    order = (
        "Left column of band 0",
        "Right column of band 0",
        "Table 1",
        "Left column of band 1",
        "Right column of band 1",
    )
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_it_reads_a_table_that_lies_on_its_side_after_one_another(read: Read) -> None:
    def sideways(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(450, 300)
        canvas.rotate(90)
        for row in range(3):
            canvas.drawString(0, -row * LEADING, f"Sideways row {row} of the table")
        canvas.restoreState()

    upright = [f"An upright sentence that stands beside the table, number {n}" for n in range(8)]
    found = read(both(lines(upright), sideways)).pages[0].text.split("\n")[:-1]
    assert found == [*upright, *(f"Sideways row {row} of the table" for row in range(3))]


def test_it_turns_a_page_whose_table_lies_on_its_side(read: Read) -> None:
    def sideways(canvas: Canvas) -> None:
        canvas.translate(200, 100)
        canvas.rotate(90)
        for row in (2, 0, 1, 4, 3):
            canvas.drawString(0, -row * LEADING, f"Sideways row {row} of a table as wide as the page is high")

    found = read(sideways).pages[0].text.split("\n")[:-1]
    assert [line[9:14] for line in found] == [f"row {row}" for row in range(5)]
