"""Extraction: from a PDF to a Document, in the sandbox's child."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2

from jobs.papers.checklist import mark_checklist
from jobs.papers.document import Annotation, Document, Page
from jobs.papers.folding import fold
from jobs.papers.headings import SetLine, find_sections
from jobs.papers.lines import Line, lines_of
from jobs.papers.pdfium import HYPHEN, RawPage, frame_of, links_of, page_of, text_of
from jobs.papers.reading_order import in_reading_order
from jobs.papers.scans import page_read

_IN_ADDRESS = re.compile(r"https?:|www\.|doi\.|github\.|gitlab\.|hugging", re.IGNORECASE)
_SENTENCE_END = (".", "!", "?", ":", "。", "！", "？")


@dataclass
class _Setting:
    """A page being set: its text so far, a box for each character, the lines and the starts of blocks."""

    text: str
    boxes: array[float]
    lines: list[SetLine]
    blocks: list[int]


def extract(document: pypdfium2.PdfDocument, tables: Mapping[int, str] | None = None) -> Document:
    """The paper's text with places, its sections and its link annotations.

    `tables` are what OCR read, by the numbers of the pages that it stands for.
    """
    tables = tables or {}
    pages: list[Page] = []
    lines: list[list[SetLine]] = []
    notes: list[Annotation] = []
    for index in range(len(document)):
        with page_of(document, index) as page, _characters(page, tables.get(index + 1)) as characters:
            setting = _set(characters)
            boxes, blocks, ocr = setting.boxes.tobytes(), tuple(setting.blocks), index + 1 in tables
            pages.append(Page(index + 1, characters.frame, setting.text, boxes, blocks, ocr))
            lines.append(setting.lines)
            notes += [Annotation(index + 1, url, (box,)) for url, box in links_of(document, page, characters.frame)]
    return mark_checklist(Document(tuple(pages), find_sections(lines), tuple(_merged(notes))))


def _characters(page: pypdfium2.PdfPage, table: str | None) -> AbstractContextManager[RawPage]:
    return text_of(page) if table is None else nullcontext(page_read(table, frame_of(page)))


def _set(page: RawPage) -> _Setting:
    ordered = in_reading_order(page, lines_of(page))
    starts = _block_starts(page, ordered)
    words: list[str] = []
    boxes = array("f")
    lines: list[SetLine] = []
    offset = 0
    for index, line in enumerate(ordered):
        text, places = fold(page.text[line.start : line.end], page.boxes[4 * line.start : 4 * line.end])
        ending, box = _line_end(page, line, ordered[index + 1] if index + 1 < len(ordered) else None)
        lines.append(SetLine(offset, offset + len(text), text, line, index in starts))
        words += [text, ending]
        boxes += places
        boxes += box
        offset += len(text) + len(ending)
    blocks = [line.start for line in lines if line.opens_block]
    return _Setting("".join(words), boxes, lines, blocks)


def _line_end(page: RawPage, line: Line, next_: Line | None) -> tuple[str, array[float]]:
    """What joins a line to the next: nothing within a divided word, its hyphen where it belongs, else a line end."""
    if page.text[line.end - 1] != HYPHEN or next_ is None or next_.size < 0.85 * line.size:
        return "\n", array("f", (0.0, 0.0, 0.0, 0.0))
    following = page.text[next_.start]
    if following.isupper() or following.isdigit() or _IN_ADDRESS.search(_last_word(page, line)):
        return "-", page.boxes[4 * (line.end - 1) : 4 * line.end]
    return "", array("f")


def _block_starts(page: RawPage, lines: list[Line]) -> set[int]:
    pitches = [b.middle - a.middle for a, b in pairwise(lines) if 0.3 * a.size < b.middle - a.middle < 4 * a.size]
    pitch = median(pitches) if pitches else 0.0
    starts = {index + 1 for index, (one, next_) in enumerate(pairwise(lines)) if _parts(page, one, next_, pitch)}
    return starts | {0} if lines else starts


def _parts(page: RawPage, one: Line, next_: Line, pitch: float) -> bool:
    """Whether a new block begins between two lines."""
    step = next_.middle - one.middle
    if abs(step) < 0.4 * one.size or page.text[one.end - 1] == HYPHEN:
        return False
    if _IN_ADDRESS.search(_last_word(page, one)):
        return step < 0 or step > 2 * one.size
    if not 0.88 < next_.size / max(one.size, 0.1) < 1.14 or (one.bold and one.bold_end) != (
        next_.bold and next_.bold_end
    ):
        return True
    ended = page.text[one.end - 1] in _SENTENCE_END
    if step < 0:
        return ended
    indented = next_.box[0] > one.box[0] + 0.7 * one.size and next_.box[0] < one.box[0] + 4 * one.size
    return step > max(1.4 * pitch, 1.25 * one.size) or (
        ended and (indented or one.box[2] < next_.box[2] - 4 * one.size)
    )


def _last_word(page: RawPage, line: Line) -> str:
    return page.text[max(line.start, page.text.rfind(" ", line.start, line.end) + 1) : line.end]


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
