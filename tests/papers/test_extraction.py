"""Text comes out in reading order, whole, and every character knows its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from jobs.confined import RefusalError
from jobs.papers.document import Document
from tests.papers.conftest import read_file
from tests.papers.printing import LEADING, LEFT, RIGHT, TOP, both, lines, print_pdf, unicode_font

Read = Callable[..., Document]

LEFT_COLUMN = [f"The left column says its sentence number {n:02d} here" for n in range(12)]
RIGHT_COLUMN = [f"On the right there stands a sentence number {n:02d}" for n in range(12)]


def row_by_row(canvas: Canvas) -> None:
    for row, (left, right) in enumerate(zip(LEFT_COLUMN, RIGHT_COLUMN, strict=True)):
        canvas.drawString(LEFT, TOP - row * LEADING, left)
        canvas.drawString(RIGHT, TOP - row * LEADING, right)


def test_it_reads_columns_that_the_file_draws_row_by_row(read: Read) -> None:
    assert read(row_by_row).pages[0].text.split("\n")[:-1] == LEFT_COLUMN + RIGHT_COLUMN


def test_it_keeps_columns_that_the_file_draws_one_after_the_other(read: Read) -> None:
    page = read(both(lines(LEFT_COLUMN), lines(RIGHT_COLUMN, left=RIGHT))).pages[0]
    assert page.text.split("\n")[:-1] == LEFT_COLUMN + RIGHT_COLUMN


def test_it_reads_a_full_width_line_between_two_bands_of_columns(read: Read) -> None:
    wide = "A line that runs over the whole width of the page, from the left margin to the far right margin of it"

    def draw(canvas: Canvas) -> None:
        row_by_row(canvas)
        canvas.drawString(LEFT, TOP - 13 * LEADING, wide)
        canvas.translate(0, -15 * LEADING)
        row_by_row(canvas)

    found = read(draw).pages[0].text.split("\n")[:-1]
    assert found == [*LEFT_COLUMN, *RIGHT_COLUMN, wide, *LEFT_COLUMN, *RIGHT_COLUMN]


def test_it_leaves_a_table_in_one_column_row_by_row(read: Read) -> None:
    rows = [("Method", "Error", "Time"), ("Ours", "0.12", "3 s"), ("Theirs", "0.34", "5 s")]

    def draw(canvas: Canvas) -> None:
        lines(["Some text before the table that is long enough to be a line of a paragraph over the page."] * 6)(canvas)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                canvas.drawString(LEFT + 120 * column, TOP - (8 + row) * LEADING, cell)

    text = read(draw).pages[0].text
    assert text.index("Ours") < text.index("0.12") < text.index("Theirs") < text.index("0.34")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("We speak of the reconstruc-", "tion of signals in noise.", "reconstruction of"),
        ("It was trained on the Image-", "Net data of that year.", "Image-Net data"),
        ("See https://github.com/some-", "one/their-code for all of it.", "https://github.com/some-one/their-code"),
    ],
)
def test_it_joins_a_word_divided_at_a_line_end(read_lines: Read, first: str, second: str, joined: str) -> None:
    assert joined in read_lines(first, second).pages[0].text


def test_it_spells_out_ligatures(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(unicode_font(), 10)
        canvas.drawString(LEFT, TOP, "an ef\ufb01cient \ufb01lter for na\u00efve models")

    document = read(draw)
    text = document.pages[0].text
    assert text.startswith("an efficient filter for naïve models")
    start = text.index("filter")
    assert len(document.quote(1, start, start + 6).boxes) == 1


def test_it_gives_boxes_in_points_from_the_top_left(read_lines: Read) -> None:
    document = read_lines("first line of the page", "second line")
    quote = document.quote(1, 0, len("first"))
    ((left, top, right, bottom),) = quote.boxes
    assert left == pytest.approx(LEFT, abs=1)
    assert top < document.pages[0].height - TOP < bottom
    assert bottom - top == pytest.approx(10, abs=4)
    assert left < right < 100


def test_it_gives_one_box_a_line(read_lines: Read) -> None:
    document = read_lines("one sentence over", "two lines of text.")
    boxes = document.quote(1, 0, len(document.pages[0].text) - 1).boxes
    assert len(boxes) == 2
    assert boxes[1][1] - boxes[0][1] == pytest.approx(LEADING, abs=0.5)


@pytest.mark.parametrize(
    ("turn", "left", "top"),
    [(90, 500, LEFT), (180, 595 - LEFT, 500), (270, 595 - 500, 842 - LEFT)],
)
def test_it_reads_a_turned_page_and_places_boxes_as_shown(read: Read, turn: int, left: float, top: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)  # At 90 and 270 this also lays the paper on its side: it is shown upright again.
        lines(["a turned page", "with two lines"], top=500)(canvas)

    page = read(draw).pages[0]
    assert page.text == "a turned page\nwith two lines\n"
    assert (page.rotation, round(page.width), round(page.height)) == (turn, 595, 842)
    first = page.box_of(0)
    assert (first[0], first[1]) == pytest.approx((left, top), abs=12)


def test_it_reads_chinese_and_survives_what_it_has_no_glyphs_for(read: Read) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 10)
        canvas.drawString(LEFT, TOP, "我们的代码可以在网上找到。")
        canvas.setFont(unicode_font(), 10)
        canvas.drawString(LEFT, TOP - 20, "שלום עולם مرحبا بالعالم")

    document = read(draw)
    assert "我们的代码" in document.pages[0].text
    assert Document.from_json(document.to_json()) == document


def test_it_reads_an_empty_page(read: Read) -> None:
    document = read(lambda canvas: canvas.rect(100, 100, 50, 50))
    assert (document.pages[0].text, document.sections) == ("", ())


def test_it_reads_a_file_whose_cross_references_are_broken(tmp_path: Path) -> None:
    path = print_pdf(tmp_path / "paper.pdf", lines(["still to be read"]))
    path.write_bytes(path.read_bytes().replace(b"startxref\n", b"startxref\n9"))
    assert "still to be read" in read_file(path).pages[0].text


def test_it_refuses_a_file_that_is_cut_short(tmp_path: Path) -> None:
    path = print_pdf(tmp_path / "paper.pdf", lines(["never to be read"]))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(RefusalError, match="broken or cut short"):
        read_file(path)
