"""The text layer: a paper's words line by line with their boxes, for a page to lay over its picture."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from dashboard.judging.evidence import Box
from jobs.papers.document import Document, Page

# [left, top, right, bottom, text], and the turn in degrees where the words do not run from left to right.
Piece = list[Any]


def layer_of(document: Document) -> dict[str, Any]:
    """`{pages: [{number, width, height, lines}]}`. A line is its pieces: more than one where a word is divided over two
    printed lines, so that what is copied from the page reads as the stored text does."""
    return {
        "pages": [
            {
                "number": page.number,
                "width": round(page.width, 1),
                "height": round(page.height, 1),
                "lines": list(_lines(page)),
            }
            for page in document.pages
        ]
    }


def _lines(page: Page) -> Iterator[list[Piece]]:
    offset = 0
    for text in page.text.split("\n"):
        if text.strip():
            yield [_piece(page, start, end) for start, end in _printed(page, offset, offset + len(text))]
        offset += len(text) + 1


def _printed(page: Page, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a line of text that stand on one printed line each."""
    if not _is_torn(page, start, end):
        yield start, end
        return
    places = [at for at in range(start, end) if _has_place(page, at)]
    breaks = [after for before, after in pairwise(places) if _leaps(page.box_of(before), page.box_of(after))]
    yield from pairwise([start, *breaks, end])


def _is_torn(page: Page, start: int, end: int) -> bool:
    """Whether the characters stand on several lines: their common box is then far larger than the largest of them."""
    sides = page.boxes[4 * start : 4 * end]
    lefts, tops, rights, bottoms = sides[0::4], sides[1::4], sides[2::4], sides[3::4]
    tallest = max(map(float.__sub__, tops, bottoms))
    widest = max(map(float.__sub__, rights, lefts))
    return max(tops) - min(bottoms) > 1.6 * tallest and max(rights) - min(lefts) > 1.6 * widest


def _has_place(page: Page, at: int) -> bool:
    return page.boxes[4 * at + 2] > page.boxes[4 * at]


def _leaps(before: Box, after: Box) -> bool:
    """Whether the second character stands neither beside the first nor under it in a turned line."""
    apart_down = min(before[3], after[3]) <= max(before[1], after[1])
    apart_across = min(before[2], after[2]) <= max(before[0], after[0])
    return apart_down and apart_across


def _piece(page: Page, start: int, end: int) -> Piece:
    """The words, boxed without the spaces around them: those may stand anywhere."""
    text = page.text[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
    sides = page.boxes[4 * start : 4 * end] or page.boxes[:4]
    box = page.frame.to_view((min(sides[0::4]), max(sides[1::4]), max(sides[2::4]), min(sides[3::4])))
    turn = _turn(page, start, end, box)
    return [*(round(side, 1) for side in box), text, *([turn] if turn else [])]


def _turn(page: Page, start: int, end: int, box: Box) -> int:
    """How far the words are turned clockwise: 0, 90, 180 or 270. Right-to-left writing is not turned."""
    if end - start < 3:
        return 0
    first, last = page.box_of(start), page.box_of(end - 1)
    if box[3] - box[1] > 1.5 * (box[2] - box[0]):
        return 90 if last[1] > first[1] else 270
    return 180 if last[0] < first[0] and page.text[start:end].isascii() else 0
