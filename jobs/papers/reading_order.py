"""Reading order: the file's own order where it reads well, columns from left to right where it does not."""

from __future__ import annotations

from itertools import pairwise

from jobs.papers.lines import Line, split_at_gutter
from jobs.papers.pdfium import RawPage

_TOO_MANY_JUMPS = 0.3


def in_reading_order(page: RawPage, lines: list[Line]) -> list[Line]:
    """The lines as a person reads them.

    Most programs write a page in reading order, and then no guess from geometry beats it. Some draw row by row across
    both columns, or in no order at all: there the columns are rebuilt from where the lines stand.
    """
    pieces = [piece for line in lines for piece in split_at_gutter(page, line)]
    middle = _gutter(page, pieces)
    if middle is None:
        return lines if _jumps(lines) <= _TOO_MANY_JUMPS * len(lines) else sorted(lines, key=_top_left)
    crossings = sum(1 for one, next_ in pairwise(pieces) if _side(one, middle) > 0 > _side(next_, middle))
    in_columns = sum(1 for piece in pieces if _side(piece, middle) > 0)
    torn = crossings > max(2.0, _TOO_MANY_JUMPS * in_columns) or _jumps(pieces) > _TOO_MANY_JUMPS * len(pieces)
    return _by_columns(pieces, middle) if torn else lines


def _gutter(page: RawPage, pieces: list[Line]) -> float | None:
    """The x between two columns of text, or None on a page of one column."""
    width = page.reading.view_width
    for share in (0.5, 0.48, 0.52, 0.45, 0.55):
        middle = width * share
        left = sum(_length(p) for p in pieces if p.box[2] <= middle and _length(p) > 0.25 * width)
        right = sum(_length(p) for p in pieces if p.box[0] >= middle and _length(p) > 0.25 * width)
        across = sum(_length(p) for p in pieces if p.box[0] < middle < p.box[2])
        if min(left, right) > 3 * 0.3 * width and min(left, right) > 0.6 * across:
            return middle
    return None


def _length(line: Line) -> float:
    return line.box[2] - line.box[0]


def _side(line: Line, middle: float) -> int:
    return -1 if line.box[2] <= middle else 1 if line.box[0] >= middle else 0


def _jumps(lines: list[Line]) -> int:
    """How often the next line stands above the one before it though they share a column."""
    return sum(1 for one, next_ in pairwise(lines) if next_.middle < one.middle - one.size and _overlap(one, next_))


def _overlap(one: Line, other: Line) -> bool:
    return min(one.box[2], other.box[2]) > max(one.box[0], other.box[0])


def _top_left(line: Line) -> tuple[float, float]:
    return round(line.middle / max(1.0, line.size / 2)), line.box[0]


def _by_columns(pieces: list[Line], middle: float) -> list[Line]:
    """Bands of the page between full-width lines; in each the left column, then the right."""
    ordered: list[Line] = []
    band: list[Line] = []
    for piece in sorted(pieces, key=lambda line: line.middle):
        if _side(piece, middle):
            band.append(piece)
            continue
        ordered += [*_columns(band, middle), piece]
        band = []
    return ordered + _columns(band, middle)


def _columns(band: list[Line], middle: float) -> list[Line]:
    return sorted(band, key=lambda line: (_side(line, middle), line.middle, line.box[0]))
