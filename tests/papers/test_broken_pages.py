"""A page that is broken costs itself: the others are read, and what is missing is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.engine.errors import PermanentError
from jobs.confined import Limits
from jobs.papers.document import Document
from jobs.papers.frame import Frame
from jobs.papers.sparing import Reader, read_sparing
from jobs.sandbox import Answer, DiedError
from tests.handlers.conftest import Chain
from tests.papers.assembly import FONT, WORDS, assemble, bomb, stream

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


def test_a_paper_is_refused_where_no_page_is_left_to_read(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"^None of the PDF's pages can be read"):
        Reader("extract", {"path": str(paper(tmp_path / "p.pdf", PAGE % 595))}, "Reading").read([1])


def bombed(path: Path, pages: int, *bad: int) -> Path:
    """A paper some of whose pages unpack to a gigabyte."""
    objects = [PAGE % 595] * pages
    explosive = b"%d 0 R" % (len(objects) + 5)
    for number in bad:
        objects[number - 1] = objects[number - 1].replace(b"4 0 R /Media", explosive + b" /Media")
    kids = b" ".join(b"%d 0 R" % number for number in range(5, pages + 5))
    tree = b"<< /Type /Pages /Kids [%b] /Count %d /Resources << /Font << /F1 3 0 R >> >> >>" % (kids, pages)
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    path.write_bytes(assemble(catalog, tree, FONT, stream(WORDS), *objects, bomb(b" ", 1 << 30)))
    return path


def test_a_page_of_which_its_reader_dies_costs_itself(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "left", bombed(tmp_path / "p.pdf", 9, 3))
    chain.run("ingest_pdf", "extract_text", "screen_text")
    document = Document.from_json(chain.artifact("extract_text", "text.json"))
    assert [page.number for page in document.pages if not page.text] == [3]
    assert chain.outputs["ingest_pdf"]["unreadable_pages"] == chain.outputs["extract_text"]["unreadable_pages"] == [3]


def test_a_paper_of_which_every_page_is_deadly_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"^Reading the PDF failed: it gave up, most likely for want of memory\.$"):
        Chain(tmp_path, bombed(tmp_path / "p.pdf", 2, 1, 2)).run("ingest_pdf")


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[int]]]:
    """`deaths(pages, *deadly)`: a paper on some of whose pages every child dies; what was left out, child by child."""

    def set_up(pages: int, *deadly: int) -> list[list[int]]:
        asked: list[list[int]] = []

        def run(function: str, order: dict[str, Any], task: str, _limits: Limits | None = None) -> Answer:
            if function.endswith(":count"):
                return Answer(pages, {})
            asked.append(order["leave_out"])
            if set(deadly) - set(order["leave_out"]):
                raise DiedError(f"{task} failed: it crashed.")
            return Answer("read", {})

        monkeypatch.setattr("jobs.papers.sparing.sandbox.run", run)
        return asked

    return set_up


READER = Reader("extract", {"path": "p.pdf"}, "Reading the PDF")


def test_deadly_pages_are_found_by_halves(deaths: Callable[..., list[list[int]]]) -> None:
    asked = deaths(64, 7, 40)
    assert read_sparing(READER, [1]).value == "read"
    assert asked[-1] == [1, 7, 40] and len(asked) < 32


def test_a_paper_with_many_deadly_pages_is_left_alone(deaths: Callable[..., list[list[int]]]) -> None:
    deaths(64, *range(10, 20))
    with pytest.raises(DiedError, match="crashed"):
        read_sparing(READER)


def test_a_death_that_no_page_is_to_blame_for_is_told(deaths: Callable[..., list[list[int]]]) -> None:
    deaths(8, 99)
    with pytest.raises(DiedError, match="crashed"):
        read_sparing(READER)


def test_the_search_ends_when_its_time_is_up(
    deaths: Callable[..., list[list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.papers.sparing._SECONDS", -1.0)
    asked = deaths(8, 3)
    with pytest.raises(DiedError, match="crashed"):
        read_sparing(READER)
    assert len(asked) == 1
