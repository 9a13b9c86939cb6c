"""Links: every address in a paper once, whole, with where it stands and the sentence it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dashboard.judging.evidence import Box, Quote, quote_from
from jobs.papers.document import Annotation, Document, Page
from jobs.papers.footnotes import mark_after, sentence_of_footnote
from jobs.papers.joining import whole_end
from jobs.papers.sentences import Sentence, sentence_around
from jobs.papers.urls import ADDRESS, GLUED, is_address, tidy

# The sign by which GitHub's mark comes through from icon fonts, before a repository's short name.
_SHORT_NAME = re.compile(r"[§\uf09b\uf113\uf408]\s*(?P<name>[A-Za-z0-9][\w-]{1,38}/[A-Za-z0-9][\w.-]+)(?!/)")
# What may stand before an address in a footnote that says nothing of what it leads to.
_ALONE = re.compile(
    r"\W*\d{0,2}\W*(?:(?:publicly |freely )?available(?: online)? (?:at|from|on)|see(?: also)?|at|url)?\W*",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(
    r"(?:\b(?:at|from|on|via|in|under|see|here|is|are|and|or|available|link|url|code|data|github)|[:(,–-])\s*$",
    re.IGNORECASE,
)
_NEAR = 300  # Characters of a sentence before a link that are kept with it, and a fifth of that behind it.


@dataclass(frozen=True)
class Link:
    """One place where the paper prints or hides an address. `source` is `annotation` or `text`.

    `before` and `after` are the words of the quoted sentence on either side of the link, or of its footnote mark.
    """

    url: str
    page: int
    start: int
    boxes: tuple[Box, ...]
    quote: Quote
    source: str
    section: str
    before: str = ""
    after: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def link_from(record: dict[str, Any]) -> Link:
    """A link as `to_json` wrote it."""
    boxes = tuple((box[0], box[1], box[2], box[3]) for box in record["boxes"])
    return Link(**{**record, "boxes": boxes, "quote": quote_from(record["quote"])})


def links_in(document: Document) -> list[Link]:
    """All links in reading order. Where an annotation and printed text agree on the place, the annotation's address."""
    found: list[Link] = []
    for page in document.pages:
        notes = [note for note in document.annotations if note.page == page.number]
        clickable = [link for note in notes if (link := _annotated(document, page, note))]
        printed = (link for link in _printed(document, page) if not _is_covered(link, clickable))
        found += sorted([*clickable, *printed], key=lambda link: link.start)
    return found


def _annotated(document: Document, page: Page, note: Annotation) -> Link | None:
    if not re.match(r"(?:https?://|www\.)", note.url, re.IGNORECASE):
        return None
    url = tidy(note.url)
    if not is_address(url):
        return None
    start, end = _words_under(page, note)
    spelt_out = bool(ADDRESS.search(page.text, max(0, start - 8), end))
    return _link(document, page, url, (start, start if spelt_out else end, end), note.boxes, "annotation")


def _words_under(page: Page, note: Annotation) -> tuple[int, int]:
    """The first run of characters that stands in the annotation's area, and its end."""
    inside = [offset for box in note.boxes for offset in page.offsets_in(box)]
    return (min(inside), max(inside) + 1) if inside else (0, 0)


def _printed(document: Document, page: Page) -> Iterator[Link]:
    place = 0
    while match := ADDRESS.search(page.text, place):
        start, text = match.start(), page.up_to_running(match.start())
        place = whole_end(text, start, min(match.end(), len(text)))
        if glued := GLUED.search(page.text, start + 1, place):
            place = glued.start()
        end = mark_after(page, start, place)
        url = tidy(page.text[start:end])
        if is_address(url):
            yield _link(document, page, url, (start, start, end), page.line_boxes(start, end), "text")
    for match in _SHORT_NAME.finditer(page.text):
        url, (start, end) = f"https://github.com/{match['name'].rstrip('.')}", match.span()
        yield _link(document, page, url, (start, start, end), page.line_boxes(start, end), "text")


def _link(
    document: Document, page: Page, url: str, place: tuple[int, int, int], boxes: tuple[Box, ...], source: str
) -> Link:
    """`place`: where the link starts, where the words before it end (link words such as "here" are), and its end."""
    start, until, end = place
    sentence, mark = _context(document, page, start, end)
    if mark is None:
        before, after = page.text[sentence.start : max(until, sentence.start)], page.text[end : sentence.end]
    else:
        before, after = page.text[sentence.start : mark], page.text[mark : sentence.end]
    quote = document.quote(sentence.page, sentence.start, sentence.end)
    near = " ".join(before.split())[-_NEAR:], " ".join(after.split())[: _NEAR // 5]
    return Link(url, page.number, start, boxes, quote, source, sentence.section_kind, *near)


def _context(document: Document, page: Page, start: int, end: int) -> tuple[Sentence, int | None]:
    """The sentence around a link; for an address alone in a footnote, the sentence with the footnote's mark."""
    line = page.text.rfind("\n", 0, start) + 1
    if not _ALONE.fullmatch(page.text[line:start]):
        return sentence_around(document, page, start), None
    if found := sentence_of_footnote(document, page, start):
        return found
    sentence = sentence_around(document, page, start)
    if sentence.start < line and not (sentence.section is None and _ends_before(page.text, line)):
        return sentence, None
    return sentence._replace(start=line, end=_line_end(page.text, end)), None


def _ends_before(text: str, line: int) -> bool:
    """Whether the line above says nothing that leads to the address: names under a title, a date."""
    return line > 0 and not _LEADS_ON.search(text, max(0, line - 40), line)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return end if end > 0 else len(text)


def _is_covered(link: Link, clickable: list[Link]) -> bool:
    return any(_touch(one, other) for note in clickable for one in note.boxes for other in link.boxes)


def _touch(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 1 and down > 0.3 * (other[3] - other[1])
