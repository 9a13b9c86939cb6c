"""Pages that are cropped, turned, empty or of no size, and fonts that say little or odd things of their letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from jobs.papers.document import Document, Page
from jobs.papers.reader import inspect
from tests.papers.conftest import read_file
from tests.papers.raw_printing import PLAIN_FONT, unicode_map, write_pdf

MAPPED = PLAIN_FONT.replace(b"/Encoding /WinAnsiEncoding", b"/ToUnicode 10 0 R")
LETTERS = {code: chr(code) for code in (*range(97, 123), 32)}


@pytest.fixture
def page_of(tmp_path: Path) -> Callable[..., Page]:
    """`page_of(content, ...)` writes a page as it is told, and reads it back."""
    return lambda *contents, **more: read_file(write_pdf(tmp_path / "odd.pdf", *contents, **more)).pages[0]


def shown(*lines: str, top: int = 700, left: int = 60) -> str:
    return f"BT /F1 10 Tf {left} {top} Td " + " 0 -12 Td ".join(f"({line}) Tj" for line in lines) + " ET\n"


def in_font(page_of: Callable[..., Page], meanings: Mapping[int, str], *lines: str) -> str:
    """What is read of lines in a font whose codes have those meanings."""
    return page_of(shown(*lines), fonts={"F1": MAPPED}, objects=[unicode_map(meanings)]).text


def test_it_leaves_out_what_was_cropped_away(page_of: Callable[..., Page]) -> None:
    content = shown("Seen by all.", left=260) + shown("Cropped away.", top=100)
    page = page_of(content, page="/MediaBox [0 0 595 842] /CropBox [200 300 500 800]")
    assert page.text == "Seen by all.\n"
    assert (page.width, page.height) == (300, 500)
    assert page.box_of(0) == pytest.approx((60, 91, 66, 103), abs=1)


@pytest.mark.parametrize(("left", "top"), [(-300, 500), (700, 500), (60, 900), (60, -50)])
def test_it_leaves_out_what_stands_beside_the_page(page_of: Callable[..., Page], left: int, top: int) -> None:
    assert page_of(shown("Seen.") + shown("Our code is available.", left=left, top=top)).text == "Seen.\n"


@pytest.mark.parametrize("page", ["/MediaBox [0 0 0 0]", "/MediaBox [0 0 595 0]", "/MediaBox [595 842 0 0]", ""])
def test_it_reads_a_page_without_a_proper_size(page_of: Callable[..., Page], page: str) -> None:
    found = page_of(shown("Still read."), page=page)
    assert found.text == "Still read.\n"
    assert found.width > 0 < found.height


def test_it_reads_a_page_whose_corner_is_elsewhere(page_of: Callable[..., Page]) -> None:
    page = page_of(shown("Read.", left=-940, top=-100), page="/MediaBox [-1000 -800 -405 42]")
    assert page.text == "Read.\n"
    assert page.box_of(0)[:2] == pytest.approx((60, 133), abs=1)


@pytest.mark.parametrize(("turn", "first"), [(90, (698, 60)), (180, (529, 698)), (270, (133, 529))])
def test_it_places_boxes_on_a_turned_page_as_it_is_shown(
    page_of: Callable[..., Page], turn: int, first: tuple[int, int]
) -> None:
    page = page_of(shown("One line of it.", "And another."), page=f"/MediaBox [0 0 595 842] /Rotate {turn}")
    assert page.text == "One line of it.\nAnd another.\n"
    assert page.box_of(0)[:2] == pytest.approx(first, abs=6)


def test_it_reads_an_empty_page_between_others(tmp_path: Path) -> None:
    document = read_file(write_pdf(tmp_path / "odd.pdf", shown("One."), "", shown("Three.")))
    assert document.text == "One.\n\f\fThree.\n"
    assert Document.from_json(document.to_json()) == document


def test_it_spells_out_a_ligature_by_what_the_font_says_of_it(page_of: Callable[..., Page]) -> None:
    found = in_font(page_of, LETTERS | {65: "ffi", 66: "\ufb02"}, "eAcient Bow")
    assert found == "efficient flow\n"


def test_it_spells_out_a_ligature_by_the_text_it_stands_for(page_of: Callable[..., Page]) -> None:
    content = "BT /F1 10 Tf 60 700 Td (e) Tj /Span << /ActualText (ffi) >> BDC (X) Tj EMC (cient) Tj ET"
    assert page_of(content).text == "efficient\n"


@pytest.mark.parametrize("words", ["שלום עולם טוב", "مرحبا بالعالم كله"])
def test_it_reads_writing_from_right_to_left_in_the_order_of_its_lines(
    page_of: Callable[..., Page], words: str
) -> None:
    """The file draws the leftmost letter first, which is the last of the line."""
    letters = sorted(set(words) - {" "})
    codes = {letter: chr(65 + n) for n, letter in enumerate(letters)} | {" ": " "}
    first, second = words.rsplit(" ", 1)
    drawn = ["".join(codes[letter] for letter in reversed(line)) for line in (first, second)]
    meanings = {ord(code): letter for letter, code in codes.items()}
    assert in_font(page_of, meanings, *drawn) == f"{first}\n{second}\n"


TWO_BYTES = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H %s /DescendantFonts [<< "
    b"/Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
    b"/Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Odd /Flags 4 >> >>] >>"
)


def test_it_reads_two_byte_fonts(page_of: Callable[..., Page]) -> None:
    content = "BT /F1 10 Tf 60 700 Td <002400250026> Tj ET"
    objects = [unicode_map({0x24: "代", 0x25: "码", 0x26: "。"}, 4)]
    assert page_of(content, fonts={"F1": TWO_BYTES % b"/ToUnicode 10 0 R"}, objects=objects).text == "代码。\n"


def test_it_takes_no_guess_for_what_a_font_does_not_tell(tmp_path: Path) -> None:
    """PDFium would answer "$%&'" for the first four glyphs of any such font."""
    content = f"BT /F1 10 Tf 60 700 Td <{''.join(f'{glyph:04X}' for glyph in range(0x24, 0x60))}> Tj ET"
    path = write_pdf(tmp_path / "odd.pdf", content, fonts={"F1": TWO_BYTES % b""})
    assert read_file(path).text == ""
    assert inspect(tmp_path, str(path))["has_text_layer"] is False


def test_it_goes_on_in_the_line_after_a_raised_mark(page_of: Callable[..., Page]) -> None:
    raised = "/F1 6 Tf 4 Ts ({}) Tj 0 Ts /F1 10 Tf".format
    content = f"(Of 10) Tj {raised(5)} ( runs of ours) Tj {raised(1)} ( none failed.) Tj"
    page = page_of(f"BT /F1 10 Tf 60 700 Td {content} ET")
    assert page.text == "Of 105 runs of ours1 none failed.\n"
    assert len(page.line_boxes(0, len(page.text) - 1)) == 1
