"""A page that is broken costs itself: the others are read, and what is missing is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.engine.errors import PermanentError
from jobs.papers.document import Document
from jobs.papers.frame import Frame
from tests.handlers.conftest import Chain
from tests.papers.assembly import FONT, WORDS, assemble, stream

READING = ("ingest_pdf", "extract_text", "screen_text", "render_pages")
PAGE = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 %d 842] >>"
BROKEN = (b"null", b"(a page)", b"[3 0 R]", b"<< /Type /Font >>")


def paper(path: Path, *pages: bytes) -> Path:
    """A file of those page objects, each with the same words where it is one."""
    kids = b" ".join(b"%d 0 R" % number for number in range(5, len(pages) + 5))
    resources = b"/Resources << /Font << /F1 3 0 R >> >>"
    tree = b"<< /Type /Pages /Kids [%b] /Count %d %b >>" % (kids, len(pages), resources)
    path.write_bytes(assemble(b"<< /Type /Catalog /Pages 2 0 R >>", tree, FONT, stream(WORDS), *pages))
    return path


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Chain]:
    """`run(page, ...)` takes a file of those pages through all that reads it."""

    def through(*pages: bytes) -> Chain:
        chain = Chain(tmp_path / "left", paper(tmp_path / "p.pdf", *pages))
        chain.run(*READING)
        return chain

    return through


@pytest.mark.parametrize("broken", BROKEN)
def test_the_other_pages_are_read(run: Callable[..., Chain], broken: bytes) -> None:
    chain = run(PAGE % 595, broken, PAGE % 595)
    document = Document.from_json(chain.artifact("extract_text", "text.json"))
    assert [bool(page.text) for page in document.pages] == [True, False, True]
    assert document.page(2).note == "Page 2 of the PDF is broken and cannot be read."
    assert chain.outputs["render_pages"]["drawn"] == 2


def test_every_node_that_reads_it_names_it(run: Callable[..., Chain]) -> None:
    chain = run(PAGE % 595, b"null", PAGE % 595, b"null")
    assert (
        chain.outputs["ingest_pdf"]["unreadable_pages"] == chain.outputs["extract_text"]["unreadable_pages"] == [2, 4]
    )
    warnings = [line for level, line in chain.lines if level == "warning"]
    assert warnings.count("Broken, and not read: 2 pages (2, 4).") == 2


def test_it_is_taken_to_be_as_large_as_the_sound_page_before_it(run: Callable[..., Chain]) -> None:
    chain = run(b"null", PAGE % 300, b"null", PAGE % 400)
    assert [width for width, _ in chain.outputs["ingest_pdf"]["page_sizes"]] == [300, 300, 300, 400]
    document = Document.from_json(chain.artifact("extract_text", "text.json"))
    assert [page.frame for page in document.pages[:2]] == [Frame(0, 0, 300, 842)] * 2


def test_it_is_no_picture_that_ocr_might_read(run: Callable[..., Chain]) -> None:
    assert run(PAGE % 595, b"null").outputs["extract_text"]["unread_pages"] == 0


def test_a_paper_with_sound_pages_after_many_broken_ones_is_no_scan(run: Callable[..., Chain]) -> None:
    assert run(*[b"null"] * 50, PAGE % 595).outputs["ingest_pdf"]["scanned"] is False


@pytest.mark.parametrize("node", ["ingest_pdf", "extract_text"])
def test_a_paper_of_broken_pages_alone_is_refused(tmp_path: Path, node: str) -> None:
    with pytest.raises(PermanentError, match=r"^None of the PDF's pages can be read: they are broken\.$"):
        Chain(tmp_path, paper(tmp_path / "p.pdf", b"null", b"null")).run(node)
