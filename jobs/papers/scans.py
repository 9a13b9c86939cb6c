"""Scans: a page as a grey picture for OCR, and OCR's words as a page like any other. Runs in the sandbox's child."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import NamedTuple

from jobs.papers.frame import Frame
from jobs.papers.pdfium import HYPHEN, RawPage, opened, page_of

_DOTS_A_POINT = 300 / 72  # What OCR reads best.
_MOST_PIXELS = 9_000_000  # An A4 page at that resolution; a poster is drawn coarser.
_LEAST_SURE = 25.0  # Per cent: below this "words" are specks, rules and parts of drawings.
_PAGE, _LINE, _WORD = 1, 4, 5  # Levels of the table.
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")  # Scripts that set no space between words.
_NO_PLACE = (0.0, 0.0, 0.0, 0.0)


class _Row(NamedTuple):
    """A row of the table: the page, a block, a paragraph, a line or a word, in pixels from the top left.

    `line` is the numbers of block, paragraph and line; `sure` is per cent.
    """

    level: int
    line: tuple[int, int, int]
    left: int
    top: int
    width: int
    height: int
    sure: float
    text: str


def picture(folder: Path, path: str, number: int) -> bool:
    """Leaves page `number` as `page.pgm`, as a person sees it; False, and nothing, when it is blank."""
    with opened(path) as document, page_of(document, number - 1) as page:
        width, height = page.get_size()
        scale = min(_DOTS_A_POINT, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
        rows = bytes(bitmap.buffer)
        shown = b"".join(rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
        if not shown.strip(b"\xff"):
            return False
        (folder / "page.pgm").write_bytes(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + shown)
        return True


def page_read(table: str, frame: Frame) -> RawPage:
    """The words of tesseract's table (its `tsv`), each letter with its share of the word's place, in PDF space."""
    page = RawPage(frame, frame, "", array("f"), 0)
    rows = list(_rows(table))
    if not rows or rows[0].level != _PAGE or not (rows[0].width and rows[0].height):
        return page
    across, down = frame.view_width / rows[0].width, frame.view_height / rows[0].height
    for letter, left, top, right, bottom in _letters(rows):
        page.text += letter
        place = frame.from_view((left * across, top * down, right * across, bottom * down))
        page.boxes.extend(_NO_PLACE if letter == "\n" else place)
    return page


def _rows(table: str) -> Iterator[_Row]:
    for line in table.split("\n")[1:]:
        parts = line.split("\t", 11)
        if len(parts) == 12:
            level, _, block, paragraph, row, _, left, top, width, height = map(int, parts[:10])
            yield _Row(level, (block, paragraph, row), left, top, width, height, float(parts[10]), parts[11].strip())


def _letters(rows: list[_Row]) -> Iterator[tuple[str, float, float, float, float]]:
    """Every letter, space and line end with left, top, right and bottom."""
    lines = _line_places(rows)
    words = (row for row in rows if row.level == _WORD and row.text and row.sure >= _LEAST_SURE)
    for line, found in groupby(words, key=lambda word: word.line):
        top, bottom = lines[line]
        last: _Row | None = None
        for word in _with_hyphen(list(found)):
            if last and not (_UNSPACED.match(last.text[-1]) and _UNSPACED.match(word.text[0])):
                yield " ", last.left + last.width, top, word.left, bottom
            share = word.width / len(word.text)
            for index, letter in enumerate(word.text):
                yield letter, word.left + index * share, top, word.left + (index + 1) * share, bottom
            last = word
        yield "\n", 0, top, 0, bottom


def _with_hyphen(words: list[_Row]) -> list[_Row]:
    """A line's words, with the hyphen at its end written as PDFium writes one that may only be there for the end."""
    last = words[-1].text
    return [*words[:-1], words[-1]._replace(text=last[:-1] + HYPHEN)] if last[:-1] and last[-1] == "-" else words


def _line_places(rows: list[_Row]) -> dict[tuple[int, int, int], tuple[float, float]]:
    """Top and bottom of each line. Its words alone would tell a wrong size: "sun" is lower than "joy"."""
    places: dict[tuple[int, int, int], tuple[float, float]] = {}
    found = (row for row in rows if row.level == _LINE)
    for _, paragraph in groupby(found, key=lambda row: row.line[:2]):
        lines = list(paragraph)
        usual = median(line.height for line in lines)
        for line in lines:
            height = usual if 0.6 * usual < line.height < 1.5 * usual else line.height
            middle = line.top + line.height / 2
            places[line.line] = middle - height / 2, middle + height / 2
    return places
