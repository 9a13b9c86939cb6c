"""Pages without a text layer are read by OCR where it is installed; where it is not, the run says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dashboard import tesseract
from jobs.papers import ocr
from jobs.papers.document import Document
from jobs.papers.evidence_rules import gather
from jobs.papers.frame import Frame
from jobs.papers.scans import page_read
from tests.handlers.conftest import Chain
from tests.papers.conftest import read_file
from tests.papers.printing import Draw, lines, print_pdf

WORDS = [
    "# Abstract",
    "We train a network with a learning rate of 0.001 and a fixed random seed of 42.",
    "Our code is available at https://github.com/lab/denoiser for every reader.",
    "Results are the mean and standard deviation of five runs, which are repro-",
    "ducible on one machine.",
]
TABLE = """level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t1000\t2000\t-1\t
4\t1\t1\t1\t1\t0\t100\t200\t300\t20\t-1\t
5\t1\t1\t1\t1\t1\t100\t200\t140\t20\t96.5\tshared
5\t1\t1\t1\t1\t2\t260\t206\t140\t14\t95.0\tco-
4\t1\t1\t1\t2\t0\t100\t230\t100\t20\t-1\t
5\t1\t1\t1\t2\t1\t100\t230\t60\t20\t94.0\tdes
5\t1\t1\t1\t2\t2\t180\t230\t20\t20\t12.0\t~|
"""
FAKE = """#!/bin/sh
echo "$@" >> "{folder}/calls"
case "$*" in
  *--list-langs*) echo "List of languages (3):"; echo chi_sim; echo eng; echo osd ;;
  *--psm*) echo "Script: Han" ;;
  *) {reading} ;;
esac
"""

needs_tesseract = pytest.mark.skipif(tesseract.installed() is None, reason="tesseract is not installed here")


@pytest.fixture
def scan(tmp_path: Path) -> Callable[..., Path]:
    """`scan(draw)` prints a page and makes a PDF of its picture alone; `before` are pages that keep their text."""

    def photographed(draw: Draw, *before: Draw) -> Path:
        page = pypdfium2.PdfDocument(print_pdf(tmp_path / "printed.pdf", draw))[0]
        picture = ImageReader(page.render(scale=300 / 72).to_pil())
        return print_pdf(tmp_path / "scan.pdf", *before, lambda canvas: shown(canvas, picture))

    return photographed


@pytest.fixture
def chain(tmp_path: Path) -> Callable[[Path], Chain]:
    return lambda paper: Chain(tmp_path / "artifacts", paper)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """`fake(reading)` puts a program in tesseract's place that does `reading`; the file of its calls."""

    def put(reading: str) -> Path:
        (tmp_path / "table").write_text(TABLE)
        program = tmp_path / "bin" / "tesseract"
        program.parent.mkdir()
        program.write_text(FAKE.format(folder=tmp_path, reading=reading))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
        return tmp_path / "calls"

    return put


def shown(canvas: Canvas, picture: ImageReader) -> None:
    canvas.drawImage(picture, 0, 0, *A4)


def read(run: Chain) -> Document:
    run.run("ingest_pdf", "extract_text")
    return Document.from_json(run.artifact("extract_text", "text.json"))


@needs_tesseract
def test_it_reads_a_scan_and_says_so(scan: Callable[..., Path], chain: Callable[[Path], Chain]) -> None:
    run = chain(scan(lines(WORDS)))
    text = read(run).pages[0].text
    assert "learning rate of 0.001 and a fixed random seed of 42" in text
    assert "reproducible on one machine" in text
    told = run.outputs["extract_text"]
    assert (told["ocr"], told["ocr_pages"], told["ocr_languages"], told["unread_pages"]) == (True, 1, "eng", 0)
    assert run.outputs["ingest_pdf"]["scanned"] is True
    assert any("Words may be wrong" in line for level, line in run.lines if level == "warning")


@needs_tesseract
def test_its_words_are_evidence_like_any_others(
    scan: Callable[..., Path], chain: Callable[[Path], Chain], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAPERSNITCH_CHECK_LINKS", "0")
    run = chain(scan(lines(WORDS)))
    document = read(run)
    run.run("screen_text", "extract_evidence", "validate_links")
    findings = run.json("extract_evidence", "evidence.json")["findings"]
    printed = gather(read_file(tmp_path / "printed.pdf"), "").findings
    assert {"seed", "code_statement"} <= {finding.kind for finding in printed}
    assert {finding["kind"] for finding in findings} == {finding.kind for finding in printed}
    assert run.outputs["validate_links"]["repository"]["url"] == "https://github.com/lab/denoiser"
    quotes = [finding["quote"] for finding in findings]
    assert all(document.pages[0].text[quote["start"] : quote["end"]] == quote["text"] for quote in quotes)


@needs_tesseract
def test_its_words_stand_where_they_are_printed(
    scan: Callable[..., Path], chain: Callable[[Path], Chain], tmp_path: Path
) -> None:
    scanned = read(chain(scan(lines(WORDS)))).pages[0]
    printed = read_file(tmp_path / "printed.pdf").pages[0]
    for word in ("network", "denoiser", "deviation"):
        (one,), (other,) = (
            page.line_boxes(page.text.index(word), page.text.index(word) + len(word)) for page in (scanned, printed)
        )
        assert one == pytest.approx(other, abs=3.0)


@needs_tesseract
def test_it_reads_only_the_pages_without_text(scan: Callable[..., Path], chain: Callable[[Path], Chain]) -> None:
    run = chain(scan(lines(WORDS), lines(["A page whose words are there to be read."])))
    document = read(run)
    assert [page.ocr for page in document.pages] == [False, True]
    assert document.pages[0].text == "A page whose words are there to be read.\n"
    assert run.outputs["extract_text"]["ocr_pages"] == 1


def test_it_says_what_to_install_where_there_is_no_ocr(
    scan: Callable[..., Path], chain: Callable[[Path], Chain], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = scan(lines(WORDS))
    monkeypatch.setenv("PATH", "")
    run = chain(paper)
    assert read(run).text == ""
    told = run.outputs["extract_text"]
    assert (told["ocr"], told["unread_pages"], told["unread_because"]) == (False, 1, ocr.NOT_INSTALLED)
    assert any("apt install tesseract-ocr" in line for level, line in run.lines if level == "warning")


def test_it_does_not_look_for_ocr_where_every_page_has_text(
    chain: Callable[[Path], Chain], fake: Callable[[str], Path], tmp_path: Path
) -> None:
    calls = fake("exit 1")
    run = chain(print_pdf(tmp_path / "p.pdf", lines(WORDS)))
    assert read(run).pages[0].ocr is False
    assert not calls.exists()


def test_it_asks_for_the_language_of_the_script(scan: Callable[..., Path], fake: Callable[[str], Path]) -> None:
    calls = fake('cat "$(dirname "$0")/../table"')
    reading = ocr.read(str(scan(lines(WORDS))), [1], always)
    assert (reading.languages, reading.tables) == ("chi_sim", {1: TABLE})
    assert "- - -l chi_sim tsv" in calls.read_text()


def test_it_asks_for_the_languages_a_person_names(
    scan: Callable[..., Path], fake: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake('cat "$(dirname "$0")/../table"')
    monkeypatch.setenv("PAPERSNITCH_OCR_LANGUAGES", "eng+chi_sim+deu")
    assert ocr.read(str(scan(lines(WORDS))), [1], always).languages == "eng+chi_sim"


@pytest.mark.parametrize(
    ("reading", "reason"), [("exit 3", "OCR failed with status 3"), ("sleep 60", "OCR took longer than 0.5 s")]
)
def test_it_leaves_a_page_that_ocr_cannot_read(
    scan: Callable[..., Path], fake: Callable[[str], Path], reading: str, reason: str
) -> None:
    fake(reading)
    found = ocr.read(str(scan(lines(WORDS))), [1], always, ocr.Bounds(each=0.5))
    assert (found.tables, found.unread) == ({}, {1: reason})


def test_it_stops_at_its_bounds(scan: Callable[..., Path], fake: Callable[[str], Path]) -> None:
    fake('cat "$(dirname "$0")/../table"')
    paper = str(scan(lines(WORDS), lines(WORDS), lines(WORDS)))
    found = ocr.read(paper, [1, 2, 3], always, ocr.Bounds(pages=1))
    assert (list(found.tables), list(found.unread)) == ([1], [2, 3])
    assert list(ocr.read(paper, [1, 2, 3], always, ocr.Bounds(together=-1)).unread) == [1, 2, 3]
    assert list(ocr.read(paper, [1, 2, 3], lambda done, of: done < 2).unread) == [3]


def test_it_draws_no_picture_of_a_blank_page(tmp_path: Path, fake: Callable[[str], Path]) -> None:
    calls = fake("exit 1")
    found = ocr.read(str(print_pdf(tmp_path / "p.pdf", lambda canvas: None)), [1], always)
    assert (found.tables, found.unread) == ({}, {})
    assert "tsv" not in calls.read_text()


def test_it_marks_another_ocr_as_another_version(fake: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    fake("exit 1")
    guessing = ocr.mark()
    monkeypatch.setenv("PAPERSNITCH_OCR_LANGUAGES", "chi_sim")
    named = ocr.mark()
    monkeypatch.setenv("PATH", "")
    assert len({guessing, named, ocr.mark()}) == 3


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_it_sets_words_where_they_are_on_a_turned_and_cropped_page(rotation: int) -> None:
    frame = Frame(30.0, 50.0, 500.0, 1000.0, rotation)
    page = page_read(TABLE, frame)
    assert page.text == "shared co\ufffe\ndes\n"
    first, space = (frame.to_view(tuple(page.boxes[4 * at : 4 * at + 4])) for at in (0, 6))
    across, down = frame.view_width / 1000, frame.view_height / 2000
    assert first == pytest.approx((100 * across, 200 * down, (100 + 140 / 6) * across, 220 * down), abs=0.01)
    assert space == pytest.approx((240 * across, 200 * down, 260 * across, 220 * down), abs=0.01)


@pytest.mark.parametrize("table", ["", "level\n", "level\n1\t1\t0\t0\t0\t0\t0\t0\t0\t0\t-1\t\n"])
def test_it_reads_nothing_from_a_table_of_nothing(table: str) -> None:
    assert page_read(table, Frame(0, 0, 595, 842)).text == ""


def test_it_keeps_the_mark_of_ocr_in_the_stored_text(read_lines: Callable[..., Document]) -> None:
    stored: dict[str, Any] = json.loads(read_lines("Words.").to_json())
    assert Document.from_json(stored).pages[0].ocr is False
    stored["pages"][0]["ocr"] = True
    assert '"ocr":true' in Document.from_json(stored).to_json()


def always(done: int, of: int) -> bool:
    return True


@pytest.mark.parametrize(("own", "is_kept"), [(0, True), (4, True), (5, False), (20, False)])
def test_a_short_page_keeps_its_own_words(own: int, is_kept: bool) -> None:
    """The table has 14 letters: a page number gives way to them, a page of a few words does not."""
    reading = ocr.Reading({1: TABLE, 2: TABLE})
    reading.leave({1: own})
    assert sorted(reading.tables) == ([1, 2] if is_kept else [2])
