"""Lines: where each printed line of a page stands, how large it is set and whether it is bold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from jobs.evidence import Box
from jobs.papers.pdfium import HYPHEN, RawPage

_PRINTED = re.compile(rf"[^\r\n{HYPHEN}]+{HYPHEN}?")
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
    step = max(1, (end - start) // 5)
    upright = page.reading.rotation in (0, 180)
    heights = []
    for index in range(4 * start, 4 * end, 4 * step):
        left, top, right, bottom = page.boxes[index : index + 4]
        heights.append(abs(top - bottom) if upright else abs(right - left))
    return sorted(heights)[len(heights) // 2]


def split_at_gutters(page: RawPage, line: Line) -> list[Line]:
    """The line cut where it jumps over a gap as wide as the space between two columns."""
    if page.reading.rotation or line.box[2] - line.box[0] < 0.45 * page.reading.view_width:
        return [line]
    cuts, threshold = [line.start], max(4.0, _WIDE_GAP * line.size)
    for match in re.finditer(r"\s+", page.text[line.start : line.end]):
        before, after = line.start + match.start() - 1, line.start + match.end()
        if page.boxes[4 * after] - page.boxes[4 * before + 2] > threshold:
            cuts.append(after)
    if len(cuts) == 1:
        return [line]
    parts = zip(cuts, [*cuts[1:], line.end], strict=True)
    return [part for start, end in parts if (part := measure(page, start, end))]
