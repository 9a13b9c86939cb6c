"""Sentences: a page's text cut where a reader would pause, with offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from jobs.papers.document import Document, Page, Section

# The end of a sentence, a citation or a footnote's mark included; but 2.4 GHz is one number.
_END = r"[.!?][\"'”’)\]]*(?:\[\d+(?:[,–-] ?\d+)*\])?"
_STOP = re.compile(rf"(?:{_END}|(?<!\d){_END}\d{{1,2}})\s+(?=[A-ZÀ-ÖØ-Þ0-9\"“(\[•])|[。！？]|\s+(?=•)")
_IN_ADDRESS = re.compile(r"(?:https?://\S*|\bwww)\.$")
_ADDRESS_GOES_ON = re.compile(r"\s*(?:[\w-]+\.[A-Za-z]{2,}|[\w.-]+/|com\b|org\b)", re.IGNORECASE)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|et al|cf|vs|etc|resp|approx|Figs?|Eqs?|Secs?|Sect|Tabs?|Refs?|Ch|No|Nos|Dr|Prof|Mr|Ms|St|Alg|"
    r"Thm|App|Vol|pp?|Def|Prop|Inc|Ltd|Univ|w\.r\.t|a\.k\.a)|(?:^|[\s(])[A-Z])\.$"
)
_LEAD = re.compile(
    r"\s*(?:\d{1,2}(?=[A-Z][a-z]|\s?https?:)\s?|[¹²³⁴⁵⁶⁷⁸⁹∗†‡]+\s*)?"
)  # A footnote's mark is no part of what it says.
_MARK = re.compile(r"\s*(\d{1,2})\s+(?=[^\W\d_])")
_TRAIL = re.compile(r"(?<=[^\W\d][.!?])\d{1,2}$|(?<=[)\]”\"][.!?])\d{1,2}$")
_LONGEST = 900  # Characters: beyond this a "sentence" is a table or a formula, and is cut at line ends.
_SHORT, _PAGES_OF_A_SHORT_ONE = ("abstract", "introduction"), 2


class Sentence(NamedTuple):
    """Characters `start` to `end` of a page, the words with line ends as spaces, and the section around them.

    One that `is_running` is a header, a footer or a page number.
    """

    page: int
    start: int
    end: int
    words: str
    section: Section | None
    is_running: bool = False

    @property
    def section_kind(self) -> str:
        """The kind of section it stands in; `other` so far on that the next heading must have been missed."""
        if self.section is None:
            return "front"
        lost = self.section.kind in _SHORT and self.page > self.section.page + _PAGES_OF_A_SHORT_ONE
        return "other" if lost else self.section.kind


def prose_of(document: Document) -> Iterator[Sentence]:
    """What the paper says: its sentences without the headers and footers of its pages."""
    return (sentence for sentence in sentences_of(document) if not sentence.is_running)


def sentences_of(document: Document) -> Iterator[Sentence]:
    """Every sentence of the paper in reading order."""
    for page in document.pages:
        yield from sentences_on(document, page)


def sentences_on(document: Document, page: Page) -> Iterator[Sentence]:
    headings = {section.start: section.title for section in document.sections if section.page == page.number}
    edges = sorted({0, len(page.text), *page.blocks, *headings})
    running = {start for start, _ in page.running}
    for block_start, block_end in pairwise(edges):
        for start, end in _cut(page.text, _after_mark(page, block_start, block_end), block_end):
            words = " ".join(page.text[start:end].split())
            section = document.section_at(page.number, start)
            yield Sentence(page.number, start, end, words, section, block_start in running)


def sentence_around(document: Document, page: Page, offset: int) -> Sentence:
    """The sentence that holds a place."""
    start, end = page.block_around(offset)
    for first, last in _cut(page.text, _after_mark(page, start, end), end):
        if first <= offset < last:
            start, end = first, last
            break
    return Sentence(
        page.number, start, end, " ".join(page.text[start:end].split()), document.section_at(page.number, start)
    )


def _after_mark(page: Page, start: int, end: int) -> int:
    """Where a block begins without the footnote mark before its words: a number set smaller than they are."""
    match = _MARK.match(page.text, start)
    if not match or match.end() >= end:  # A mark in a block of its own belongs to no words here.
        return start
    mark, letter = page.box_of(match.start(1)), page.box_of(match.end())
    return match.end() if mark[3] - mark[1] < 0.85 * (letter[3] - letter[1]) else start


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for stop in _STOP.finditer(text, start, end):
        if _goes_on(text[begin : stop.start() + 1], text[stop.start() + 1 : stop.end() + 80]):
            continue
        yield from _trimmed(text, begin, stop.end())
        begin = stop.end()
    yield from _trimmed(text, begin, end)


def _goes_on(before: str, after: str) -> bool:
    """Whether a full stop is no end: after an abbreviation, or within an address broken over two lines."""
    if _ABBREVIATION.search(before[-12:]):
        return True
    return bool(_IN_ADDRESS.search(before[-300:]) and _ADDRESS_GOES_ON.match(after))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start > _LONGEST:
        for line in re.finditer(r"[^\n]+", text[start:end]):
            yield start + line.start(), start + line.end()
        return
    start = _LEAD.match(text, start, end).end()  # type: ignore[union-attr]  # It matches nothing, too.
    while end > start and text[end - 1].isspace():
        end -= 1
    if mark := _TRAIL.search(text[start:end]):
        end = start + mark.start()
    if end > start:
        yield start, end
