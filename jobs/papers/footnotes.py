"""Footnotes: marks glued to words, and the sentence that a footnote belongs to."""

from __future__ import annotations

import re

from jobs.papers.document import Document, Page
from jobs.papers.sentences import Sentence, sentence_around

_MARK = re.compile(r"\s*(\d{1,2}|[∗*†‡])\s*")
_SMALLER = 0.85  # A footnote mark's height against the letters beside it.


def mark_after(page: Page, start: int, end: int) -> int:
    """The end of a word without the footnote mark glued to it: trailing digits or signs set smaller."""
    heights = sorted(_height(page, offset) for offset in range(start, end) if not page.text[offset].isspace())
    usual = heights[len(heights) // 2] if heights else 0.0
    bare = end
    while (
        bare > start and re.match(r"[\d,∗*†‡]", page.text[bare - 1]) and 0 < _height(page, bare - 1) < _SMALLER * usual
    ):
        bare -= 1
    return bare


def sentence_of_footnote(document: Document, page: Page, offset: int) -> tuple[Sentence, int] | None:
    """The sentence in the body with the mark of the footnote an offset stands in, and where in the page the mark is."""
    line = page.text.rfind("\n", 0, offset) + 1
    above = page.text.rfind("\n", 0, max(0, line - 1)) + 1
    mark = _MARK.match(page.text[line:offset]) or _MARK.fullmatch(page.text[above:line])
    if not mark:
        return None
    for found in re.finditer(rf"(?<=[^\W\d]|[.,;:)\]]){re.escape(mark.group(1))}(?![\d.]*\d)", page.text):
        if _is_raised(page, found.start()) and not above <= found.start() < offset:
            return sentence_around(document, page, found.start()), found.start()
    return None


def _is_raised(page: Page, offset: int) -> bool:
    before = _height(page, offset - 1)
    return 0 < _height(page, offset) < _SMALLER * before


def _height(page: Page, offset: int) -> float:
    box = page.box_of(offset)
    return box[3] - box[1]
