"""Reading order: the file's own order where it reads well, columns from left to right where it does not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import compress, pairwise
from statistics import median

from jobs.papers.lines import Gap, Line, cut, gaps_in
from jobs.papers.pdfium import RawPage

_TOO_MANY_JUMPS = 0.3
_MIDDLE = (0.4, 0.6)  # Shares of the page's width: a line that is on both sides may stand in several columns.
_SOME = 4
_WIDEST_COLUMN = 0.55
_GUTTERS = ((0.5,), (0.48,), (0.52,), (0.45,), (0.55,), (0.33, 0.67), (0.34, 0.66), (0.35, 0.65))

_NO_GAPS: Sequence[Gap] = ()

Stretch = tuple[float, float]


def in_reading_order(page: RawPage, lines: list[Line]) -> list[Line]:
    """The lines as a person reads them.

    Most programs write a page in reading order, and then no guess from geometry beats it. Some draw row by row across
    the columns, or in no order at all: there the columns are rebuilt from where the lines stand.
    """
    gaps = _gaps(page, lines)
    gutters = _gutters(page, lines, gaps)
    if not gutters:
        return lines if _jumps(lines) <= _TOO_MANY_JUMPS * len(lines) else sorted(lines, key=_top_left)
    pieces = [
        piece
        for line, wide in zip(lines, gaps, strict=True)
        for piece in cut(page, line, [gap for gap in wide if any(gap.left <= x <= gap.right for x in gutters)])
    ]
    return _by_columns(pieces, gutters) if _is_torn(pieces, gutters) else lines


def _gaps(page: RawPage, lines: list[Line]) -> list[Sequence[Gap]]:
    """The gaps of each line; none at all where a look at every fourth line finds none."""
    left, right = (share * page.reading.view_width for share in _MIDDLE)
    on_both_sides = [not page.reading.rotation and line.box[0] <= left and line.box[2] >= right for line in lines]
    if not any(gaps_in(page, line) for line in list(compress(lines, on_both_sides))[::_SOME]):
        return [_NO_GAPS] * len(lines)
    return [gaps_in(page, line) if both else _NO_GAPS for line, both in zip(lines, on_both_sides, strict=True)]


def _gutters(page: RawPage, lines: list[Line], gaps: list[Sequence[Gap]]) -> tuple[float, ...]:
    """Every x between two columns of text; none on a page of one column."""
    width = page.reading.view_width
    stretches = [stretch for line, wide in zip(lines, gaps, strict=True) for stretch in _stretches(line, wide)]
    narrow = [stretch for stretch in stretches if stretch[1] - stretch[0] <= _WIDEST_COLUMN * width]
    wide_share = _total(stretches) - _total(narrow)
    if _total(narrow) < wide_share:
        return ()
    for shares in _GUTTERS:
        gutters = tuple(width * share for share in shares)
        if _fit(narrow, gutters, width, wide_share):
            return gutters
    return ()


def _total(stretches: Iterable[Stretch]) -> float:
    return sum(right - left for left, right in stretches)


def _stretches(line: Line, gaps: Sequence[Gap]) -> Iterable[Stretch]:
    """From where to where the line is printed, its gaps left out."""
    if not gaps:
        return ((line.box[0], line.box[2]),)
    lefts, rights = [line.box[0], *(gap.right for gap in gaps)], [*(gap.left for gap in gaps), line.box[2]]
    return zip(lefts, rights, strict=True)


def _fit(stretches: list[Stretch], gutters: tuple[float, ...], width: float, across: float) -> bool:
    """Whether most of the page is set in the columns between these gutters, `across` points being known not to be."""
    columns: list[list[float]] = [[] for _ in range(len(gutters) + 1)]
    for left, right in stretches:
        column = bisect_left(gutters, left)
        if column < len(gutters) and right > gutters[column]:
            across += right - left
        else:
            columns[column].append(right - left)
    share = width / len(columns)
    filled = [sum(length for length in lengths if length > 0.5 * share) for lengths in columns]
    alike = len(columns) == 2 or all(map(_is_prose, columns))
    return alike and min(filled) > max(1.8 * share, 0.6 * across)


def _is_prose(lengths: list[float]) -> bool:
    """Whether lines fill their column as words do that run on: three columns are a table more often than prose."""
    return len(lengths) > 5 and median(lengths) > 0.75 * max(lengths)


def _is_torn(pieces: list[Line], gutters: tuple[float, ...]) -> bool:
    """Whether the file goes from column to column and back, or up and down within one."""
    columns = [_column(piece, gutters) for piece in pieces]
    back = sum(1 for one, next_ in pairwise(columns) if one is not None and next_ is not None and next_ < one)
    later = sum(1 for column in columns if column)
    return back > max(2.0, _TOO_MANY_JUMPS * later) or _jumps(pieces) > _TOO_MANY_JUMPS * len(pieces)


def _column(line: Line, gutters: tuple[float, ...]) -> int | None:
    """Which column a line stands in, from 0; None when it runs over a gutter."""
    first = bisect_left(gutters, line.box[0] + 0.01)
    return first if first == bisect_left(gutters, line.box[2]) else None


def _jumps(lines: list[Line]) -> int:
    """How often the next line stands above the one before it though they share a column."""
    return sum(1 for one, next_ in pairwise(lines) if next_.middle < one.middle - one.size and _overlap(one, next_))


def _overlap(one: Line, other: Line) -> bool:
    return min(one.box[2], other.box[2]) > max(one.box[0], other.box[0])


def _top_left(line: Line) -> tuple[float, float]:
    return round(line.middle / max(1.0, line.size / 2)), line.box[0]


def _by_columns(pieces: list[Line], gutters: tuple[float, ...]) -> list[Line]:
    """Bands of the page between lines that run over a gutter; in each the columns from left to right."""
    ordered: list[Line] = []
    band: list[tuple[int, float, float, Line]] = []
    for piece in sorted(pieces, key=lambda line: line.middle):
        column = _column(piece, gutters)
        if column is not None:
            band.append((column, piece.middle, piece.box[0], piece))
            continue
        ordered += [*_lines(band), piece]
        band = []
    return [*ordered, *_lines(band)]


def _lines(band: list[tuple[int, float, float, Line]]) -> list[Line]:
    return [line for *_, line in sorted(band)]
