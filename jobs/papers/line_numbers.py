"""Line numbers: the count down the margin of a review copy, which is no part of what the paper says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import compress, pairwise
from statistics import median
from typing import NamedTuple

from jobs.papers.lines import Line, measure
from jobs.papers.pdfium import RawPage

_FEWEST = 6
_FEWEST_IN_STEPS = 3  # Where only each fifth line or so is counted, which no list does.
_OPENING = re.compile(r"^[0-9]{1,4}(?!\S)")
_ENDING = re.compile(r"(?<!\S)[0-9]{1,4}$")
_ALIGNED = 3.0  # Points.
_MARGIN = 6.0  # Points between the text and its numbers at least: more than a space between words.
_STEADY = 0.8  # The share of numbers that follow the one above as they should; formulas and floats disturb some.
_PROSE = 0.25  # The share of the page's width from which on a line counts: cells and sidebars are narrower.
_COUNTED = (
    0.6  # The share of the rows between the first number and the last that have a number, where each line is counted.
)


class _Number(NamedTuple):
    """A number at an end of a line: the index of the line, its characters, its sides on the page and what it says."""

    line: int
    start: int
    end: int
    left: float
    right: float
    middle: float
    value: int


def without_line_numbers(page: RawPage, lines: list[Line]) -> list[Line]:
    """The lines without the numbers that stand beside all of the text and count upwards down the page."""
    if page.reading.rotation:
        return lines
    for ending in (False, True):
        for numbers in _aligned(_numbers(page, lines, ending)):
            counted = _counting(numbers)
            if counted and _stand_apart(page, lines, counted) and _count_rows(page, lines, counted):
                lines = _cut_off(page, lines, counted)
                break
    return lines


def _numbers(page: RawPage, lines: list[Line], ending: bool) -> list[_Number]:
    found = []
    for index, line in enumerate(lines):
        if not page.text[line.end - 1 if ending else line.start].isdigit():
            continue
        words = page.text[line.start : line.end]
        match = (_ENDING if ending else _OPENING).search(words)
        if match:
            start, end = line.start + match.start(), line.start + match.end()
            left, right = page.boxes[4 * start] - page.reading.left, page.boxes[4 * end - 2] - page.reading.left
            found.append(_Number(index, start, end, left, right, line.middle, int(match.group())))
    return found


def _aligned(numbers: list[_Number]) -> Iterator[list[_Number]]:
    """Those that stand one under the other, by their left or their right sides: the largest group first."""
    columns = {round(number.right / _ALIGNED): number for number in numbers}.values()
    groups = [[number for number in numbers if _is_under(number, one)] for one in columns]
    yield from sorted(groups, key=len, reverse=True)


def _is_under(number: _Number, other: _Number) -> bool:
    return abs(number.left - other.left) < _ALIGNED or abs(number.right - other.right) < _ALIGNED


def _counting(numbers: list[_Number]) -> list[_Number]:
    """The numbers from the top down if they count upwards in even steps, else none."""
    numbers = sorted(numbers, key=lambda number: number.middle)
    steps = [below.value - above.value for above, below in pairwise(numbers)]
    usual = median(steps) if steps else 0
    fewest = _FEWEST if usual == 1 else _FEWEST_IN_STEPS
    steady = sum(step == usual for step in steps) >= _STEADY * len(steps)
    return numbers if usual >= 1 and len(numbers) >= fewest and steady else []


def _stand_apart(page: RawPage, lines: list[Line], numbers: list[_Number]) -> bool:
    """Whether nearly all of the text beside the numbers stands on one side of them."""
    own = {number.line: number for number in numbers}
    sides = [_sides_without(page, line, own.get(index)) for index, line in enumerate(lines)]
    left = min(number.left for number in numbers) - _MARGIN
    right = max(number.right for number in numbers) + _MARGIN
    looked_at = (index in own or _is_beside(page, line, numbers) for index, line in enumerate(lines))
    prose = [side for side in compress(sides, looked_at) if side]
    beyond = max(sum(side[0] >= right for side in prose), sum(side[1] <= left for side in prose))
    return beyond >= 0.9 * len(prose) > 0


def _is_beside(page: RawPage, line: Line, numbers: list[_Number]) -> bool:
    """Whether a line of prose stands between the first number and the last."""
    wide = line.box[2] - line.box[0] > _PROSE * page.reading.view_width
    return wide and numbers[0].middle <= line.middle <= numbers[-1].middle


def _sides_without(page: RawPage, line: Line, number: _Number | None) -> tuple[float, float] | None:
    """Where a line begins and ends without its number; None when it has nothing else."""
    if not number:
        return line.box[0], line.box[2]
    if number.end - number.start == line.end - line.start:
        return None
    if number.start == line.start:
        return page.boxes[4 * (number.end + 1)] - page.reading.left, line.box[2]
    return line.box[0], page.boxes[4 * (number.start - 1) - 2] - page.reading.left


def _count_rows(page: RawPage, lines: list[Line], numbers: list[_Number]) -> bool:
    """Whether each row is counted, or the count goes in steps: a list, too, may have its numbers in the margin."""
    if numbers[1].value - numbers[0].value > 1:
        return True
    counted = {round(number.middle / 4) for number in numbers}
    near = counted | {row + 1 for row in counted} | {row - 1 for row in counted}
    prose = [line for line in lines if _is_beside(page, line, numbers)]
    return sum(round(line.middle / 4) in near for line in prose) >= _COUNTED * len(prose) > 0


def _cut_off(page: RawPage, lines: list[Line], numbers: list[_Number]) -> list[Line]:
    own = {number.line: number for number in numbers}
    kept = []
    for index, line in enumerate(lines):
        number = own.get(index)
        if not number:
            kept.append(line)
            continue
        rest = (number.end, line.end) if number.start == line.start else (line.start, number.start)
        if piece := measure(page, *rest):
            kept.append(piece)
    return kept
