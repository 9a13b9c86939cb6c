"""Extraction: from a PDF to a Document, in the sandbox's child."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import pypdfium2

from jobs.confined import RefusalError
from jobs.papers.checklist import mark_checklist
from jobs.papers.document import Annotation, Document, Page
from jobs.papers.frame import Frame
from jobs.papers.headings import Outline, SetLine
from jobs.papers.hyphens import Words
from jobs.papers.page_sizes import NONE_READ, page_sizes
from jobs.papers.pdfium import BrokenPageError, RawPage, frame_of, links_of, page_of, text_of
from jobs.papers.scans import page_read
from jobs.papers.typesetting import SetPage, set_page


def extract(document: pypdfium2.PdfDocument, tables: Mapping[int, str] | None = None) -> Document:
    """The paper's text with places, its sections and its link annotations. One page is open at a time.

    `tables` are what OCR read, by the numbers of the pages that it stands for. A broken page is an empty one with a
    note; RefusalError when every page is.
    """
    tables = tables or {}
    sizes, _ = page_sizes(document)
    pages: list[SetPage] = []
    notes: list[Annotation] = []
    broken: dict[int, str] = {}
    outline = Outline()
    for number, size in enumerate(sizes, 1):
        try:
            text, lines, links = _taken(document, number, tables.get(number))
        except BrokenPageError as error:
            text, lines, links = SetPage(Frame(0, 0, *size), "", array("f"), []), [], []
            broken[number] = str(error)
        pages.append(text)
        outline.add(lines)
        notes += links
    if len(broken) == len(pages):
        raise RefusalError(NONE_READ)
    words = Words(page.text for page in pages)
    settled = [words.settle(page) for page in pages]
    sections = [replace(one, start=settled[one.page - 1].shifted(one.start)) for one in outline.sections()]
    stored = [
        Page(
            number,
            page.frame,
            page.text,
            page.boxes.tobytes(),
            tuple(page.blocks),
            number in tables,
            broken.get(number, ""),
        )
        for number, (page, _) in enumerate(settled, 1)
    ]
    return mark_checklist(Document(tuple(stored), tuple(sections), tuple(_merged(notes))))


def _taken(
    document: pypdfium2.PdfDocument, number: int, table: str | None
) -> tuple[SetPage, list[SetLine], list[Annotation]]:
    """One page's text, its lines and its links."""
    with page_of(document, number - 1) as page, _characters(page, table) as characters:
        links = links_of(document, page, characters.frame)
        return *set_page(characters), [Annotation(number, url, (box,)) for url, box in links]


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
