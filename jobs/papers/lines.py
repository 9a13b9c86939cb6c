"""Lines: where each printed line of a page stands, how it is set, and where it is cut by white space."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from dashboard.judging.evidence import Box
from jobs.papers.pdfium import HYPHEN, RawPage

_PRINTED = re.compile(rf"[^\r\n{HYPHEN}]+{HYPHEN}?")
_LEFTWARD = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")  # Hebrew, Arabic and their kin.
_ENOUGH_LINES = 30  # As many lines, spread over the page, tell its direction.
_WIDE_GAP = 1.2  # In line heights: wider than any word space, narrower than the gutter between two columns.


class Line(NamedTuple):
    """Characters `start` to `end` of the raw page, where they stand once the text is upright, and how they are set.

    `middle` is half-way down the box, `size` the height of the type in points.
    """

    start: int
    end: int
    box: Box
    middle: float
    size: float
    bold: bool
    bold_end: bool


class Gap(NamedTuple):
    """Characters `start` to `end` of the raw page, white from `left` to `right` points."""

    start: int
    end: int
    left: float
    right: float


def lines_of(page: RawPage) -> list[Line]:
    """The page's lines in the order the file draws them."""
    spans = [(match.start(), match.end()) for match in _PRINTED.finditer(page.text)]
    page.reading = replace(page.frame, rotation=_direction(page, spans))
    width, height = page.reading.view_width, page.reading.view_height
    lines = [line for start, end in spans if (line := measure(page, start, end))]
    return [line for line in lines if _is_on(line.box, width, height)]


def _is_on(box: Box, width: float, height: float) -> bool:
    """Whether any of it is on the page: what lies beside it or was cropped away no reader has seen."""
    return box[0] < width and box[2] > 0 and box[1] < height and box[3] > 0


def _direction(page: RawPage, spans: list[tuple[int, int]]) -> int:
    """The turn that makes most lines run as their script does; not always the page's own: tables lie on their side."""
    votes: Counter[int] = Counter()
    for start, end in spans[:: 1 + len(spans) // _ENOUGH_LINES]:
        if end - start > 3:
            x = page.boxes[4 * end - 8] - page.boxes[4 * start]
            y = page.boxes[4 * end - 7] - page.boxes[4 * start + 1]
            onward = (x > 0) != bool(_LEFTWARD.match(page.text, start))
            votes[(0 if onward else 180) if abs(x) > abs(y) else (90 if y > 0 else 270)] += end - start
    return votes.most_common(1)[0][0] if votes else 0


def measure(page: RawPage, start: int, end: int) -> Line | None:
    """The line from `start` to `end`, placed by three of its characters; None when nothing of it is printed."""
    while start < end and page.text[start].isspace():
        start += 1
    while end > start and page.text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    boxes, middle = page.boxes, (start + end) // 2
    left, top, right, bottom = boxes[4 * start : 4 * start + 4]
    left1, top1, right1, bottom1 = boxes[4 * middle : 4 * middle + 4]
    left2, top2, right2, bottom2 = boxes[4 * end - 4 : 4 * end]
    if page.reading.rotation in (0, 180):
        heights = [top - bottom, top1 - bottom1, top2 - bottom2]
    else:
        heights = [right - left, right1 - left1, right2 - left2]
    around = min(left, left1, left2), max(top, top1, top2), max(right, right1, right2), min(bottom, bottom1, bottom2)
    box = page.reading.to_view(around)
    bold = page.is_bold(start)
    return Line(start, end, box, (box[1] + box[3]) / 2, sorted(heights)[1], bold, bold and page.is_bold(end - 1))


def gaps_in(page: RawPage, line: Line) -> list[Gap]:
    """The gaps of a line that are too wide for the space between two words."""
    boxes, text, end = page.boxes, page.text, line.end
    threshold = max(4.0, _WIDE_GAP * line.size)
    found: list[Gap] = []
    at = text.find(" ", line.start, end)
    while at > 0:
        after = at + 1
        while text[after] == " ":
            after += 1
        left, right = boxes[4 * at - 2], boxes[4 * after]
        if right - left > threshold:
            found.append(Gap(at, after, left - page.reading.left, right - page.reading.left))
        at = text.find(" ", after, end)
    return found


def cut(page: RawPage, line: Line, gaps: list[Gap]) -> list[Line]:
    """The pieces of a line between some of its gaps."""
    if not gaps:
        return [line]
    starts, ends = [line.start, *(gap.end for gap in gaps)], [*(gap.start for gap in gaps), line.end]
    return [piece for start, end in zip(starts, ends, strict=True) if (piece := measure(page, start, end))]
