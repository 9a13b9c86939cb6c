"""Extraction: from a PDF to a Document, in the sandbox's child."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import NamedTuple

import pypdfium2

from jobs.confined import RefusalError
from jobs.papers.checklist import mark_checklist
from jobs.papers.document import Annotation, Document, Page
from jobs.papers.frame import Frame
from jobs.papers.headings import Outline, SetLine
from jobs.papers.hyphens import Settled, Words
from jobs.papers.page_sizes import NONE_READ, page_sizes
from jobs.papers.pdfium import BrokenPageError, RawPage, frame_of, links_of, page_of, text_of
from jobs.papers.running import RunningLines, Span
from jobs.papers.scans import page_read
from jobs.papers.typesetting import SetPage, set_page


class _Sheet(NamedTuple):
    """What one page gives; of a broken one there is a `note` only."""

    page: SetPage
    lines: list[SetLine]
    links: list[Annotation]
    note: str = ""


def extract(
    document: pypdfium2.PdfDocument, tables: Mapping[int, str] | None = None, leave_out: Collection[int] = ()
) -> Document:
    """The paper's text with places, its sections and its link annotations. One page is open at a time.

    `tables` are what OCR read, by the numbers of the pages that it stands for. A broken page, and one to
    `leave_out`, is an empty one with a note; RefusalError when every page is.
    """
    tables = tables or {}
    pages: list[Page] = []
    texts: list[SetPage] = []
    notes: list[Annotation] = []
    outline, running = Outline(), RunningLines()
    for number, sheet in enumerate(_sheets(document, tables, leave_out), 1):
        outline.add(sheet.lines)
        running.add(sheet.lines, len(sheet.page.text))
        texts.append(sheet.page)
        notes += sheet.links
        pages.append(Page(number, sheet.page.frame, "", b"", ocr=number in tables, note=sheet.note))
    if all(page.note for page in pages):
        raise RefusalError(NONE_READ)
    stretches = running.spans()
    words = Words(text.text for text in texts)
    settled = [words.settle(text.parted_at(spans)) for text, spans in zip(texts, stretches, strict=True)]
    sections = [replace(one, start=settled[one.page - 1].shifted(one.start)) for one in outline.sections()]
    stored = tuple(map(_filled, pages, settled, stretches))
    return mark_checklist(Document(stored, tuple(sections), tuple(_merged(notes))))


def _sheets(document: pypdfium2.PdfDocument, tables: Mapping[int, str], leave_out: Collection[int]) -> Iterator[_Sheet]:
    sizes, _ = page_sizes(document)
    for number, size in enumerate(sizes, 1):
        try:
            if number in leave_out:
                raise BrokenPageError(number)
            yield _sheet(document, number, tables.get(number))
        except BrokenPageError as error:
            yield _Sheet(SetPage(Frame(0, 0, *size), "", array("f"), []), [], [], str(error))


def _sheet(document: pypdfium2.PdfDocument, number: int, table: str | None) -> _Sheet:
    with page_of(document, number - 1) as page, _characters(page, table) as characters:
        links = links_of(document, page, characters.frame)
        return _Sheet(*set_page(characters), [Annotation(number, url, (box,)) for url, box in links])


def _filled(page: Page, settled: Settled, spans: list[Span]) -> Page:
    """The page with its text, now that it is known which hyphens stay and which lines come back on other pages."""
    text, boxes, blocks = settled.page.text, settled.page.boxes.tobytes(), tuple(settled.page.blocks)
    running = tuple((settled.shifted(start), settled.shifted(end)) for start, end in spans)
    return replace(page, text=text, raw_boxes=boxes, blocks=blocks, running=running)


def _characters(page: pypdfium2.PdfPage, table: str | None) -> AbstractContextManager[RawPage]:
    return text_of(page) if table is None else nullcontext(page_read(table, frame_of(page)))


def _merged(notes: list[Annotation]) -> Iterator[Annotation]:
    """One link set over two lines is two annotations in a row with one address: make it one with both areas."""
    last: Annotation | None = None
    for note in notes:
        if last and note.url == last.url and note.page == last.page and _follows(last, note):
            last = Annotation(last.page, last.url, last.boxes + note.boxes)
            continue
        if last:
            yield last
        last = note
    if last:
        yield last


def _follows(one: Annotation, next_: Annotation) -> bool:
    """Whether the second area starts on the line after the first, or in the next column."""
    before, after = one.boxes[-1], next_.boxes[0]
    height = before[3] - before[1]
    below = 0 < after[1] - before[1] < 2.5 * height and after[0] < before[2]
    return below or (after[0] > before[0] and after[1] < before[1] - height)
