"""extract_text: the paper's words, each with its place on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import tesseract
from jobs.context import NodeContext
from jobs.papers import ocr
from jobs.papers.document import Document, Page
from jobs.papers.language import guess_language
from jobs.papers.layer import layer_of
from jobs.papers.naming import pages_named
from jobs.papers.sparing import Reader, read_sparing
from jobs.registry import handler

_FEW = 20  # Characters: a page with fewer has a stamp or a number on it, and its words, if any, are a picture.


@handler("extract_text", version=f"7 {ocr.mark()}")
def extract_text(context: NodeContext) -> dict[str, Any]:
    """Leaves `text.json` (a Document), `text.txt` (pages parted by form feeds) and `lines.json` (the text layer).

    Pages without text are read by OCR where it is installed, and then marked `ocr`.
    """
    stored = _take(context, {}, context.output_of("ingest_pdf").get("unreadable_pages", ()))
    document = Document.from_json(stored)
    wordless = {page.number: letters for page in document.pages if _is_wordless(page, letters := _letters(page))}
    broken = [page.number for page in document.pages if page.note]
    reading = _read_pictures(context, wordless) if wordless else ocr.Reading()
    if reading.tables:
        stored = _take(context, reading.tables, broken)
        document = Document.from_json(stored)
    if broken:
        context.log(f"Broken, and not read: {pages_named(broken)}.", "warning")
    _keep(context, document, stored)
    return {
        "pages": len(document.pages),
        "characters": sum(len(page.text) for page in document.pages),
        "unreadable_pages": broken,
        "sections": [vars(section) for section in document.sections],
        "language": guess_language(document.text),
        **_of_ocr(document, reading),
    }


def _take(context: NodeContext, tables: Mapping[int, str], broken: Sequence[int]) -> bytes:
    order = {"path": str(context.paper.path.resolve()), "tables": dict(tables)}
    return read_sparing(Reader("extract", order, "Taking the text from the PDF"), broken).files["text.json"]


def _is_wordless(page: Page, letters: int) -> bool:
    """Whether only a picture of the page may have words; of a broken one there is none."""
    return letters < _FEW and not page.note


def _letters(page: Page) -> int:
    return len("".join(page.text.split()))


def _read_pictures(context: NodeContext, wordless: Mapping[int, int]) -> ocr.Reading:
    context.log(f"No text layer: {pages_named(wordless)}")
    path = str(context.paper.path.resolve())
    reading = ocr.read(path, [*wordless], lambda done, of: _may_go_on(context, done, of))
    reading.leave(wordless)
    if reading.tables:
        told = f"Read by OCR ({reading.languages}): {pages_named(reading.tables)}. Words may be wrong."
        context.log(told, "warning")
    for reason, pages in reading.unread_by_reason().items():
        context.log(f"Without a text layer and not read: {pages_named(pages)}; {reason}.", "warning")
    if ocr.NOT_INSTALLED in reading.unread_by_reason():
        context.log(f"To have scanned pages read, install tesseract on the workers: {tesseract.INSTALL}", "warning")
    return reading


def _may_go_on(context: NodeContext, done: int, of: int) -> bool:
    context.progress(done, of)
    return not context.cancelled()


def _keep(context: NodeContext, document: Document, stored: bytes) -> None:
    context.artifact("text.json", stored, "application/json")
    context.artifact("text.txt", document.text, "text/plain; charset=utf-8")
    context.json_artifact("lines.json", layer_of(document))
    characters = sum(len(page.text) for page in document.pages)
    context.log(f"{characters:,} characters on {len(document.pages)} pages, {len(document.sections)} sections")


def _of_ocr(document: Document, reading: ocr.Reading) -> dict[str, Any]:
    """What a report has to say of pages that were pictures."""
    return {
        "ocr": any(page.ocr for page in document.pages),
        "ocr_pages": sum(page.ocr for page in document.pages),
        "ocr_languages": reading.languages,
        "unread_pages": len(reading.unread),
        "unread_because": next(iter(reading.unread_by_reason()), ""),
    }
