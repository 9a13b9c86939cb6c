"""Lines: where each printed line of a page stands, how large it is set and whether it is bold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from dashboard.judging.evidence import Box
from jobs.papers.pdfium import HYPHEN, RawPage

_PRINTED = re.compile(rf"[^\r\n{HYPHEN}]+{HYPHEN}?")
_SPACES = re.compile(r"\s+")
_GUTTER = (0.4, 0.6)  # The part of the page's width in which the space between two columns is looked for.
_WIDE_GAP = 1.2  # In line heights: wider than any word space, narrower than the gutter between two columns.


class Line(NamedTuple):
    """Characters `start` to `end` of the raw page, its box once the text is upright, and its type size in points."""

    start: int
    end: int
    box: Box
    size: float
    bold: bool
    bold_end: bool

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


def lines_of(page: RawPage) -> list[Line]:
    """The page's lines in the order the file draws them."""
    spans = [(match.start(), match.end()) for match in _PRINTED.finditer(page.text)]
    page.reading = replace(page.frame, rotation=_direction(page, spans))
    return [line for start, end in spans if (line := measure(page, start, end))]


def _direction(page: RawPage, spans: list[tuple[int, int]]) -> int:
    """The turn that makes most lines run from left to right; not always the page's own: tables stand on their side."""
    votes: Counter[int] = Counter()
    for start, end in spans:
        if end - start > 3:
            x = page.boxes[4 * end - 8] - page.boxes[4 * start]
            y = page.boxes[4 * end - 7] - page.boxes[4 * start + 1]
            votes[(0 if x > 0 else 180) if abs(x) > abs(y) else (90 if y > 0 else 270)] += end - start
    return votes.most_common(1)[0][0] if votes else 0


def measure(page: RawPage, start: int, end: int) -> Line | None:
    """The line from `start` to `end`; None when nothing of it is printed."""
    while start < end and page.text[start].isspace():
        start += 1
    while end > start and page.text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    part = page.boxes[4 * start : 4 * end]
    box = page.reading.to_view((min(part[0::4]), max(part[1::4]), max(part[2::4]), min(part[3::4])))
    return Line(start, end, box, _size(page, start, end), page.is_bold(start), page.is_bold(end - 1))


def _size(page: RawPage, start: int, end: int) -> float:
    """The middle of the heights of three characters."""
    one, other = (1, 3) if page.reading.rotation in (0, 180) else (2, 0)
    boxes, length = page.boxes, end - start
    heights = [
        abs(boxes[4 * at + one] - boxes[4 * at + other]) for at in (start, start + length // 3, end - 1 - length // 4)
    ]
    return sorted(heights)[1]


def split_at_gutter(page: RawPage, line: Line) -> list[Line]:
    """The line cut in two where it jumps over a gap as wide as the space between two columns, mid-page."""
    width, left = page.reading.view_width, page.reading.left
    if page.reading.rotation or line.box[0] > _GUTTER[0] * width or line.box[2] < _GUTTER[1] * width:
        return [line]
    threshold = max(4.0, _WIDE_GAP * line.size)
    for match in _SPACES.finditer(page.text, line.start, line.end):
        gap_start, gap_end = page.boxes[4 * match.start() - 2] - left, page.boxes[4 * match.end()] - left
        if gap_end - gap_start > threshold and _GUTTER[0] * width < (gap_start + gap_end) / 2 < _GUTTER[1] * width:
            parts = (measure(page, line.start, match.start()), measure(page, match.end(), line.end))
            return [part for part in parts if part]
    return [line]
