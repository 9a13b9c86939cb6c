"""Plots as geometry: stacked bars, shares with intervals, histograms with quartiles. Pure; templates write the SVG.

A plot in a table's row is 100 wide and stretched to its cell, so it holds rectangles and no words: the row says them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.reads.prevalence import Interval, Spread

WIDTH, LEFT, RIGHT = 360.0, 12.0, 12.0
TOP, HEIGHT = 18.0, 84.0  # of the bars: above them is room for a count
BOX_GAP, BOX_HEIGHT = 24.0, 14.0
TICK = 1.4  # the width of a mark in a row, in percent


@dataclass(frozen=True)
class Segment:
    """A part of a stacked bar: whose it is, where it begins and how long it is, in percent."""

    name: str
    number: int
    x: float
    width: float


@dataclass(frozen=True)
class Whisker:
    """A share on a scale of 100: the line of its interval and, a little taller, the mark on it."""

    x: float
    y: float
    width: float
    mark: float
    mark_y: float
    mark_width: float = TICK


@dataclass(frozen=True)
class Column:
    """A bar of a histogram, with its count and where to write it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label_y: float
    count: int
    low: int
    high: int


@dataclass(frozen=True)
class Box:
    """Least, quartiles and most, as places on the axis."""

    least: float
    lower: float
    median: float
    upper: float
    most: float
    y: float
    height: float = BOX_HEIGHT

    @property
    def width(self) -> float:
        return round(self.upper - self.lower, 2)

    @property
    def path(self) -> str:
        """The line from the least to the most, with a stop at both ends."""
        middle = self.y + self.height / 2
        stops = f"M{self.least:g} {middle - 4:g}v8M{self.most:g} {middle - 4:g}v8"
        return f"M{self.least:g} {middle:g}H{self.most:g}{stops}"

    @property
    def middle(self) -> str:
        """The mark of the median."""
        return f"M{self.median:g} {self.y - 2:g}v{self.height + 4:g}"


@dataclass(frozen=True)
class Histogram:
    """Columns over an axis from 0 to 100, its ticks as (place, label), the quartiles below it."""

    width: float
    height: float
    axis: str
    tick_y: float
    title_x: float
    title_y: float
    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, int], ...]
    box: Box


def stacked(numbers: Mapping[str, int]) -> tuple[Segment, ...]:
    """The numbers one after another, together 100 long; none of nothing."""
    total, x, segments = sum(numbers.values()), 0.0, []
    for name, number in numbers.items():
        width = 100 * number / total if total else 0.0
        if number:
            segments.append(Segment(name, number, round(x, 3), round(width, 3)))
        x += width
    return tuple(segments)


def whisker(interval: Interval, y: float) -> Whisker:
    """The interval as a line at that height, the share as a mark on it that stays within the scale."""
    mark = min(max(interval.share - TICK / 2, 0.0), 100.0 - TICK)
    return Whisker(round(interval.low, 3), y, round(interval.high - interval.low, 3), round(mark, 3), y - 2)


def histogram(spread: Spread, tallest: float | None = None) -> Histogram:
    """Columns as high as their share of the papers; `tallest` is the share that fills the height, so that two
    histograms can be read side by side."""
    foot = TOP + HEIGHT
    return Histogram(
        width=WIDTH,
        height=foot + BOX_GAP + BOX_HEIGHT + 20,
        axis=f"M{_place(0):g} {foot:g}H{_place(100):g}",
        tick_y=foot + 14,
        title_x=WIDTH / 2,
        title_y=foot + BOX_GAP + BOX_HEIGHT + 18,
        columns=tuple(_columns(spread, tallest or peak(spread))),
        ticks=tuple((_place(score), score) for score in range(0, 101, 20)),
        box=_box(spread, foot + BOX_GAP),
    )


def peak(spread: Spread) -> float:
    """The share of the papers in the fullest bin."""
    return max(one.papers for one in spread.bins) / spread.papers


def _box(spread: Spread, y: float) -> Box:
    marks = spread.least, spread.lower, spread.median, spread.upper, spread.most
    least, lower, median, upper, most = map(_place, marks)
    return Box(least, lower, median, upper, most, y)


def _columns(spread: Spread, full: float) -> Iterable[Column]:
    for one in spread.bins:
        left, right = _place(one.low) + 1, _place(one.high) - 1
        height = round(HEIGHT * one.papers / spread.papers / full, 2)
        top = round(TOP + HEIGHT - height, 2)
        yield Column(left, top, right - left, height, (left + right) / 2, top - 4, one.papers, one.low, one.high)


def _place(score: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * score / 100, 2)
