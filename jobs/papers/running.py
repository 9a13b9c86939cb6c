"""Running lines: the headers, footers and page numbers around the text of a page, told by coming back at one height."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jobs.papers.headings import SetLine

_ROWS = 3  # At most so many at an edge of the page: more that come back are a page printed twice.
_LINES = 2 * (_ROWS + 1)  # Looked at from either edge: a row may have one line on the left and one on the right.
_HEIGHT = 2.0  # Points within which a line is at the same height.
_SHARE = 0.25  # Of the pages: left and right ones may differ, and first pages and appendices go without.
_NUMBER = re.compile(r"(?<![\d.,])\d{1,5}(?![.,]?\d)")
_MOST_NUMBERS = 4
_WORD = re.compile(r"[^\W\d_]{3}")

Span = tuple[int, int]
Key = tuple[int, str]


class _Line(NamedTuple):
    """A line near an edge: its stretch of the page's text, how far down it stands, its type size and its words."""

    span: Span
    middle: float
    size: float
    text: str


Row = list[_Line]


class _Edge(NamedTuple):
    """The rows at the top or at the bottom of a page, from the outermost inwards."""

    page: int
    rows: list[Row]
    found: list[Span]


class RunningLines:
    """The edges of a paper's pages, handed over page by page."""

    def __init__(self) -> None:
        self._edges: list[_Edge] = []
        self._lines: list[int] = []

    def add(self, lines: Sequence[SetLine], length: int) -> None:
        """The next page, whose text has that length."""
        middles = [line.setting.middle for line in lines]
        down = sorted(range(len(lines)), key=middles.__getitem__)
        self._lines.append(len(lines))
        for places in (down[:_LINES], down[: -_LINES - 1 : -1]):
            near = [_near(lines, place, length) for place in places]
            self._edges.append(_Edge(len(self._lines), list(_rows(near)), []))

    def spans(self) -> list[list[Span]]:
        """Of each page the stretches of its text that are running lines, each up to where the next line begins."""
        self._walk_inwards(self._edges[::2])
        self._walk_inwards(self._edges[1::2])
        return [self._on_page(number) for number in range(1, len(self._lines) + 1)]

    def _walk_inwards(self, edges: list[_Edge]) -> None:
        """Row by row, as long as rows come back; what does so without end is no header."""
        for depth in range(_ROWS + 1):
            edges = list(self._running([edge for edge in edges if depth < len(edge.rows)], depth))
        for edge in edges:
            edge.found.clear()

    def _running(self, edges: list[_Edge], depth: int) -> Iterator[_Edge]:
        """The edges whose row at that depth comes back on other pages; its lines are added to what they found."""
        keys = [[_keys(line, edge.page) for line in edge.rows[depth]] for edge in edges]
        seen = Counter(key for row in keys for some in row for key in some)
        often = max(2.0, _SHARE * len(self._lines))
        for edge, row in zip(edges, keys, strict=True):
            lines = zip(edge.rows[depth], row, strict=True)
            spans = [line.span for line, some in lines if any(seen[key] >= often for key in some)]
            edge.found.extend(spans)
            if spans:
                yield edge

    def _on_page(self, number: int) -> list[Span]:
        """Both edges together; nothing of a page that has nothing else."""
        found = {span for edge in self._edges[2 * number - 2 : 2 * number] for span in edge.found}
        return sorted(found) if len(found) < self._lines[number - 1] else []


def _near(lines: Sequence[SetLine], place: int, length: int) -> _Line:
    line, end = lines[place], lines[place + 1].start if place + 1 < len(lines) else length
    return _Line((line.start, end), line.setting.middle, line.setting.size, line.text)


def _rows(lines: Row) -> Iterator[Row]:
    row: Row = []
    for line in lines:
        if row and abs(line.middle - row[0].middle) > 0.5 * row[0].size:
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _keys(line: _Line, page: int) -> list[Key]:
    """What a line may come back by: its height, and its words or those with one number counting on as pages do."""
    height, text = int(line.middle / _HEIGHT), line.text.strip()
    known_by = [text] if _WORD.search(text) else []
    for _, number in zip(range(_MOST_NUMBERS), _NUMBER.finditer(text), strict=False):
        known_by.append(f"{text[: number.start()]}\0{int(number.group()) - page}\0{text[number.end() :]}")
    return [(at, words) for at in (height, height + 1) for words in known_by]
