"""Typesetting: a page's lines put together to its text, with a box for each character and the starts of its blocks."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from jobs.papers.folding import fold
from jobs.papers.frame import Frame
from jobs.papers.headings import SetLine
from jobs.papers.line_numbers import without_line_numbers
from jobs.papers.lines import Line, lines_of
from jobs.papers.pdfium import HYPHEN, RawPage
from jobs.papers.reading_order import in_reading_order

_IN_ADDRESS = re.compile(r"https?:|www\.|doi\.|github\.|gitlab\.|hugging", re.IGNORECASE)
_HYPHENS = (HYPHEN, "-", "\u2010")
_SENTENCE_END = (".", "!", "?", ":", "。", "！", "？")
_NO_BOX = array("f", (0.0, 0.0, 0.0, 0.0))


@dataclass
class SetPage:
    """A page's text, a box for each of its characters, and the offsets of its blocks.

    A HYPHEN left in the text stands at a line's end, and it is not settled whether the word is written with it.
    """

    frame: Frame
    text: str
    boxes: array[float]
    blocks: list[int]

    def parted_at(self, spans: Iterable[tuple[int, int]]) -> SetPage:
        """The page with a block of its own for each of these stretches."""
        edges = {edge for span in spans for edge in span if edge < len(self.text)}
        return SetPage(self.frame, self.text, self.boxes, sorted(edges.union(self.blocks))) if edges else self


def set_page(page: RawPage) -> tuple[SetPage, list[SetLine]]:
    """The page in reading order, and its lines one by one."""
    ordered = in_reading_order(page, without_line_numbers(page, lines_of(page)))
    starts = _block_starts(page, ordered)
    words: list[str] = []
    boxes = array("f")
    lines: list[SetLine] = []
    offset = 0
    for index, line in enumerate(ordered):
        ending, place = _line_end(page, line, ordered[index + 1] if index + 1 < len(ordered) else None)
        end = line.end - 1 if ending[:1] in ("-", HYPHEN) else line.end
        text, places = fold(page.text[line.start : end], page.boxes[4 * line.start : 4 * end])
        lines.append(SetLine(offset, text, line, index in starts))
        words += [text, ending]
        boxes += places
        boxes += place
        offset += len(text) + len(ending)
    blocks = [line.start for line in lines if line.opens_block]
    return SetPage(page.frame, "".join(words), boxes, blocks), lines


def _line_end(page: RawPage, line: Line, next_: Line | None) -> tuple[str, array[float]]:
    """What stands between a line and the next, with its place; it replaces the hyphen at the end of a divided word."""
    sign = page.text[line.end - 1]
    if next_ and sign in _HYPHENS and _is_divided(page, line, next_):
        following = page.text[next_.start]
        certain = following.isupper() or following.isdigit() or _IN_ADDRESS.search(_last_word(page, line))
        return ("-" if certain else HYPHEN), page.boxes[4 * line.end - 4 : 4 * line.end]
    if sign == HYPHEN:
        return "-\n", page.boxes[4 * line.end - 4 : 4 * line.end] + _NO_BOX
    if next_ and abs(next_.middle - line.middle) < 0.5 * line.size and _runs_on(page, line, next_):
        _, top, right, bottom = page.boxes[4 * line.end - 4 : 4 * line.end]
        left = page.boxes[4 * next_.start]
        return (" ", array("f", (right, top, left, bottom))) if left > right else ("", array("f"))
    return "\n", _NO_BOX


def _is_divided(page: RawPage, line: Line, next_: Line) -> bool:
    """Whether a hyphen at the line's end has the rest of the word on the next."""
    after_word = line.end - line.start > 1 and page.text[line.end - 2].isalnum()
    return after_word and page.text[next_.start].isalnum() and next_.size >= 0.85 * line.size


def _runs_on(page: RawPage, line: Line, next_: Line) -> bool:
    """Whether PDFium began a new line beside this one where only a raised mark ended."""
    upright = not page.reading.rotation and line.box[3] - line.box[1] < 2 * line.size
    return upright and -0.2 * line.size < next_.box[0] - line.box[2] < 0.5 * line.size


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
    if not 0.88 < next_.size / max(one.size, 0.1) < 1.14 or one.bold_end != next_.bold_end:
        return True
    ended = page.text[one.end - 1] in _SENTENCE_END
    if step < 0:
        return ended
    indented = next_.box[0] > one.box[0] + 0.7 * one.size and next_.box[0] < one.box[0] + 4 * one.size
    short = one.box[2] < next_.box[2] - 4 * one.size
    return step > max(1.4 * pitch, 1.25 * one.size) or (ended and (indented or short))


def _last_word(page: RawPage, line: Line) -> str:
    return page.text[max(line.start, page.text.rfind(" ", line.start, line.end) + 1) : line.end]
