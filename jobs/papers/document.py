"""Document: a paper as text with a place for every character, and the quotes that can be taken from it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dashboard.judging.evidence import Box, Quote
from jobs.papers.frame import Frame

FORMAT = 1


@dataclass(frozen=True)
class Page:
    """A page as a person sees it. `width` and `height` are points after rotation; `number` counts from 1.

    `raw_boxes` holds four floats a character (left, top, right, bottom) in the PDF's own space; `box_of` turns them.
    `blocks` are the offsets at which a paragraph, heading, caption or footnote begins. `ocr` tells that the words were
    read from a picture of the page, and may be wrong; `note` why nothing of a broken page could be read.
    `running` are the stretches that headers, footers and page numbers take; each is a block of its own.
    """

    number: int
    frame: Frame
    text: str
    raw_boxes: bytes
    blocks: tuple[int, ...] = ()
    ocr: bool = False
    note: str = ""
    running: tuple[tuple[int, int], ...] = ()

    @property
    def width(self) -> float:
        return self.frame.view_width

    @property
    def height(self) -> float:
        return self.frame.view_height

    @property
    def rotation(self) -> int:
        return self.frame.rotation

    @cached_property
    def boxes(self) -> array[float]:
        return array("f", self.raw_boxes)

    def box_of(self, offset: int) -> Box:
        """The place of one character, points from the top left; all zero for a line end."""
        left, top, right, bottom = self.boxes[4 * offset : 4 * offset + 4]
        return self.frame.to_view((left, top, right, bottom)) if right > left else (0.0, 0.0, 0.0, 0.0)

    def line_boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """The places of the characters `start` to `end`, one box a line."""
        lines: list[Box] = []
        for box in map(self.box_of, range(start, end)):
            if box[2] <= box[0]:
                continue
            if lines and _same_line(lines[-1], box):
                lines[-1] = _union(lines[-1], box)
            else:
                lines.append(box)
        return tuple((round(b[0], 1), round(b[1], 1), round(b[2], 1), round(b[3], 1)) for b in lines)

    def offsets_in(self, area: Box) -> list[int]:
        """The characters whose middle stands in an area of the page as shown."""
        found = []
        for start, end, box in self._line_spans:
            if box[1] < area[3] and area[1] < box[3] and box[0] < area[2] and area[0] < box[2]:
                found += [offset for offset in range(start, end) if _holds(area, self.box_of(offset))]
        return found

    @cached_property
    def _line_spans(self) -> list[tuple[int, int, Box]]:
        spans = []
        for line in re.finditer(r"[^\n]+", self.text):
            sides = self.boxes[4 * line.start() : 4 * line.end()]
            box = self.frame.to_view((min(sides[0::4]), max(sides[1::4]), max(sides[2::4]), min(sides[3::4])))
            spans.append((line.start(), line.end(), box))
        return spans

    def up_to_running(self, offset: int) -> str:
        """The text up to the header, footer or page number that comes next behind `offset`: no address runs into it."""
        return self.text[: next((start for start, _ in self.running if start > offset), len(self.text))]

    def block_around(self, offset: int) -> tuple[int, int]:
        """Start and end of the block that holds `offset`."""
        index = bisect_right(self.blocks, offset)
        start = self.blocks[index - 1] if index else 0
        return start, self.blocks[index] if index < len(self.blocks) else len(self.text)


@dataclass(frozen=True)
class Section:
    """A heading and the text up to the next. `kind` is one of `jobs.papers.headings.KINDS` or `other`."""

    title: str
    kind: str
    page: int
    start: int
    level: int = 1


@dataclass(frozen=True)
class Annotation:
    """A clickable area of a page and where it leads."""

    page: int
    url: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Document:
    """A paper's pages, sections and link annotations. Offsets everywhere are into a page's `text`."""

    pages: tuple[Page, ...]
    sections: tuple[Section, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    def page(self, number: int) -> Page:
        """The page of that number, from 1; IndexError when the paper has none."""
        if not 1 <= number <= len(self.pages):
            raise IndexError(f"The paper has no page {number}.")
        return self.pages[number - 1]

    def quote(self, page: int, start: int, end: int) -> Quote:
        """The words `start` to `end` of a page, with their places. Verified: they were taken from the text itself."""
        found = self.page(page)
        return Quote(page, start, end, found.text[start:end], found.line_boxes(start, end), verified=True)

    def verify(self, quote: Quote) -> bool:
        """True when exactly these words stand at that offset of that page."""
        inside = 1 <= quote.page <= len(self.pages) and 0 <= quote.start < quote.end
        return inside and self.page(quote.page).text[quote.start : quote.end] == quote.text

    def checked(self, quote: Quote) -> Quote:
        """The quote with `verified` as the text says and, where it holds, its boxes."""
        if not self.verify(quote):
            return replace(quote, verified=False)
        return self.quote(quote.page, quote.start, quote.end)

    def section_at(self, page: int, offset: int) -> Section | None:
        """The section a place belongs to; None before the first heading."""
        index = bisect_right(self._section_starts, (page, offset))
        return self.sections[index - 1] if index else None

    def section_texts(self) -> Iterator[tuple[Section, str]]:
        """Each section with its text, heading included."""
        if not self.sections:
            return
        ends = [*self._section_starts[1:], (len(self.pages), len(self.pages[-1].text))]
        for section, (last_page, end) in zip(self.sections, ends, strict=True):
            if last_page == section.page:
                yield section, self.page(section.page).text[section.start : end]
                continue
            between = (page.text for page in self.pages[section.page : last_page - 1])
            first, last = self.page(section.page).text[section.start :], self.page(last_page).text[:end]
            yield section, "\n".join([first, *between, last])

    @property
    def text(self) -> str:
        """All pages, parted by form feeds."""
        return "\f".join(page.text for page in self.pages)

    def to_json(self) -> str:
        return "".join(self.json_parts())

    def json_parts(self) -> Iterator[str]:
        """The same page by page, so that a long paper is written without being held a second time."""
        yield f'{{"format":{FORMAT},"pages":['
        for number, page in enumerate(self.pages):
            yield ("," if number else "") + _json(_page_record(page))
        sections, notes = ([vars(one) for one in found] for found in (self.sections, self.annotations))
        yield f'],"sections":{_json(sections)},"annotations":{_json(notes)}}}'

    @classmethod
    def from_json(cls, raw: str | bytes | Mapping[str, Any]) -> Document:
        """A document as `to_json` wrote it: the text, its bytes, or the value already read."""
        record = raw if isinstance(raw, Mapping) else json.loads(raw)
        if record.get("format") != FORMAT:
            raise ValueError(f"This text was stored in format {record.get('format')!r}; this version reads {FORMAT}.")
        return cls(
            tuple(_page_from(page) for page in record["pages"]),
            tuple(Section(**section) for section in record["sections"]),
            tuple(
                Annotation(note["page"], note["url"], tuple((b[0], b[1], b[2], b[3]) for b in note["boxes"]))
                for note in record["annotations"]
            ),
        )

    @cached_property
    def _section_starts(self) -> list[tuple[int, int]]:
        return [(section.page, section.start) for section in self.sections]


def _holds(area: Box, box: Box) -> bool:
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return area[0] <= across <= area[2] and area[1] <= down <= area[3]


def _same_line(line: Box, box: Box) -> bool:
    overlap = min(line[3], box[3]) - max(line[1], box[1])
    return overlap > 0.3 * min(line[3] - line[1], box[3] - box[1]) and box[0] > line[0] - 1


def _union(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _page_record(page: Page) -> dict[str, Any]:
    packed = base64.b64encode(zlib.compress(page.raw_boxes, 1)).decode("ascii")
    frame = vars(page.frame)
    marks = {name: value for name in ("ocr", "note", "running") if (value := getattr(page, name))}
    return {"number": page.number, "frame": frame, "text": page.text, "blocks": page.blocks, "boxes": packed, **marks}


def _page_from(record: Mapping[str, Any]) -> Page:
    boxes = zlib.decompress(base64.b64decode(record["boxes"]))
    running = tuple((start, end) for start, end in record.get("running", ()))
    marks = bool(record.get("ocr")), str(record.get("note", "")), running
    return Page(record["number"], Frame(**record["frame"]), record["text"], boxes, tuple(record["blocks"]), *marks)
