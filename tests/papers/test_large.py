"""Long papers are read in bounded memory, and files made to exhaust a worker are refused in a sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from dashboard.engine.errors import PermanentError
from jobs import sandbox
from jobs.confined import Limits
from jobs.papers.document import Document
from jobs.papers.reader import MAX_PAGES
from tests.papers.assembly import WORDS, bomb, many_pages, one_page
from tests.papers.printing import lines, print_pdf

READERS = ("inspect", "extract", "screen")
PROSE = [f"Line {n} of a page that is as full of words as the page of a paper in one column is." for n in range(58)]
MOST_A_PAGE = 0.5  # Megabytes: its text and boxes, and what becomes of them on their way out.
DENSE = [f"Line {n} of one of two columns of a page as full as any." for n in range(85)]
MOST_DENSE = 0.4  # The same for a page with twice the characters.
MOST_AT_REST = 48  # Megabytes of the interpreter, PDFium and the file itself.
MOST_DRAWING = 90


def long_paper(path: Path, pages: int) -> Path:
    return print_pdf(path, *[lines(PROSE)] * pages)


@pytest.fixture(scope="session")
def dense_paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """500 pages of two columns, in small print."""
    return print_pdf(tmp_path_factory.mktemp("dense") / "p.pdf", *[dense_page] * 500)


def dense_page(canvas: Canvas) -> None:
    for left in (40, 310):
        text = canvas.beginText(left, 800)
        text.setFont("Times-Roman", 8, leading=9)
        text.textLines(DENSE)
        canvas.drawText(text)


def read(path: Path, reader: str, limits: Limits | None = None) -> sandbox.Answer:
    return sandbox.run(f"jobs.papers.reader:{reader}", {"path": str(path)}, "Reading the PDF", limits)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process the most memory it held")
@pytest.mark.parametrize("reader", READERS)
def test_its_memory_grows_by_the_text_alone(tmp_path: Path, reader: str) -> None:
    few, many = (peak(long_paper(tmp_path / f"{pages}.pdf", pages), reader) for pages in (50, 500))
    print(f"{reader}: {few:.0f} MB at 50 pages, {many:.0f} MB at 500: {(many - few) / 450:.2f} MB a page")
    assert few > 20 and (many - few) / 450 < MOST_A_PAGE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process the most memory it held")
def test_500_dense_pages_are_read_in_bounded_memory(dense_paper: Path) -> None:
    held = peak(dense_paper, "extract")
    print(f"{held:.0f} MB, {(held - MOST_AT_REST) / 500:.2f} MB a page beyond {MOST_AT_REST} MB")
    assert 20 < held < MOST_AT_REST + 500 * MOST_DENSE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process the most memory it held")
def test_drawing_holds_one_page_at_a_time(dense_paper: Path) -> None:
    few, many = (held_by("jobs.papers.rendering:render", dense_paper, start=480, end=end) for end in (482, 500))
    print(f"drawing: {few:.0f} MB for 2 pages, {many:.0f} MB for 20")
    assert 20 < many < few + 10 < MOST_DRAWING


def test_it_reads_all_of_500_pages(tmp_path: Path) -> None:
    stored = read(long_paper(tmp_path / "p.pdf", 500), "extract").files["text.json"]
    assert [page.text.count("\n") for page in Document.from_json(stored).pages] == [len(PROSE)] * 500


def test_it_ends_a_reading_that_needs_more_memory_than_it_may_have(tmp_path: Path) -> None:
    little = Limits(memory=72 << 20)
    assert read(long_paper(tmp_path / "short.pdf", 5), "extract", little).files
    with pytest.raises(PermanentError, match="memory"):
        read(long_paper(tmp_path / "long.pdf", 500), "extract", little)


@pytest.mark.parametrize("reader", ["inspect", "extract"])
def test_it_refuses_more_pages_than_are_read(tmp_path: Path, reader: str) -> None:
    paper = tmp_path / "p.pdf"
    paper.write_bytes(many_pages(5000))
    with pytest.raises(PermanentError, match=rf"^The PDF has 5000 pages; at most {MAX_PAGES} are read\.$"):
        read(paper, reader)


@pytest.mark.parametrize(("reader", "pattern"), list(zip(READERS, (b" ", b"q ", WORDS), strict=True)))
def test_it_refuses_a_page_that_unpacks_to_a_gigabyte(tmp_path: Path, reader: str, pattern: bytes) -> None:
    paper = tmp_path / "p.pdf"
    paper.write_bytes(one_page(bomb(pattern, 1 << 30)))
    assert paper.stat().st_size < 8 << 20
    with pytest.raises(PermanentError, match=r"^Reading the PDF failed: it gave up, most likely for want of memory\.$"):
        read(paper, reader)


def peak(path: Path, reader: str) -> float:
    """Megabytes that the child held at its most."""
    return held_by(f"jobs.papers.reader:{reader}", path)


def held_by(function: str, path: Path, **arguments: int) -> float:
    order = {"function": function, "arguments": {"path": str(path), **arguments}}
    return float(sandbox.run("tests.papers.misbehaviour:measure", order, "Reading the PDF").value)
