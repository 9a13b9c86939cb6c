"""Links: every address in a paper once, whole, with where it stands and the sentence it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dashboard.judging.evidence import Box, Quote, quote_from
from jobs.papers.document import Annotation, Document, Page
from jobs.papers.footnotes import mark_after, sentence_of_footnote
from jobs.papers.sentences import Sentence, sentence_around
from jobs.papers.urls import ADDRESS, is_address, repository_root, tidy

_GOES_ON = re.compile(r"[/_=?&%~#-]$|^(?:https?|ftp)\s?:(?:/{1,2})?$", re.IGNORECASE)
_TAIL = re.compile(r"\n(\S+)")
_ADDRESS_LIKE = re.compile(r"[/_=?&%#]|\w\.(?:html?|php|pdf|md|git|zip|json|py|txt|csv)\b|\d", re.IGNORECASE)
_DOMAIN_TAIL = re.compile(r"(?:com|org|io|net|edu|gov|co|ai|ac|de|uk|cn|fr|ch|eu)(?:[/.]|$)|\S+\.\w{2,5}(?:/|$)")


@dataclass(frozen=True)
class Link:
    """One place where the paper prints or hides an address. `source` is `annotation` or `text`."""

    url: str
    page: int
    start: int
    boxes: tuple[Box, ...]
    quote: Quote
    source: str
    section: str

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
    sentence = _context(document, page, start, end)
    return Link(url, page.number, start, note.boxes, _quote(document, sentence), "annotation", sentence.section_kind)


def _words_under(page: Page, note: Annotation) -> tuple[int, int]:
    """The first run of characters that stands in the annotation's area, and its end."""
    inside = [offset for box in note.boxes for offset in page.offsets_in(box)]
    return (min(inside), max(inside) + 1) if inside else (0, 0)


def _printed(document: Document, page: Page) -> Iterator[Link]:
    done = 0
    for match in ADDRESS.finditer(page.text):
        if match.start() < done:
            continue
        end = _whole_end(page.text, match.start(), match.end())
        done = end
        end = mark_after(page, match.start(), end)
        url = tidy(page.text[match.start() : end])
        if not is_address(url):
            continue
        sentence = _context(document, page, match.start(), end)
        boxes = page.line_boxes(match.start(), end)
        quote = _quote(document, sentence)
        yield Link(url, page.number, match.start(), boxes, quote, "text", sentence.section_kind)


def _whole_end(text: str, start: int, end: int) -> int:
    """Where an address really ends: a line end within it is not its end."""
    while tail := _TAIL.match(text, end):
        head, next_ = text[start:end], tail.group(1)
        if not _continues(head, next_):
            break
        end = tail.end()
    return end


def _continues(head: str, next_: str) -> bool:
    if ADDRESS.match(next_):
        return False
    if re.search(r"^(?:https?|ftp)\s?:/{0,2}$|[-_=&%~]$", head, re.IGNORECASE):
        return True
    if head.endswith("."):
        return bool(_DOMAIN_TAIL.match(next_)) and not next_[0].isupper()
    if next_.startswith("/"):
        return True
    if _GOES_ON.search(head):
        lacks_name = "github.com/" in head.lower() and repository_root(tidy(head)) is None
        return lacks_name or bool(_ADDRESS_LIKE.search(next_.rstrip(".,;)")))
    return False


def _context(document: Document, page: Page, start: int, end: int) -> Sentence:
    """The sentence around a link; for an address alone in a footnote, the sentence that points to the footnote."""
    line = page.text.rfind("\n", 0, start) + 1
    if not re.fullmatch(r"\W*\d{0,2}\W*", page.text[line:start]):
        return sentence_around(document, page, start)
    if found := sentence_of_footnote(document, page, start):
        return found
    sentence = sentence_around(document, page, start)
    return sentence if sentence.start < line else sentence._replace(start=line, end=_line_end(page.text, end))


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return end if end > 0 else len(text)


def _quote(document: Document, sentence: Sentence) -> Quote:
    return document.quote(sentence.page, sentence.start, sentence.end)


def _is_covered(link: Link, clickable: list[Link]) -> bool:
    return any(_touch(one, other) for note in clickable for one in note.boxes for other in link.boxes)


def _touch(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 1 and down > 0.3 * (other[3] - other[1])
