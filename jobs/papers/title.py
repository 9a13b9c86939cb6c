"""Title: what the paper calls itself, by its metadata or by the largest print at the top of its first page."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from statistics import median

from jobs.papers.document import Document, Page

_LONGEST = 300  # Characters: more than that, set in one size, is the paper itself.
_BLOCKS = 8  # Where the title is looked for: journal lines, the title in one or more lines, authors.
_FILE_NAME = re.compile(r"\.(?:dvi|tex|docx?|pdf)$|^(?:untitled|microsoft word)|template", re.IGNORECASE)


def paper_title(document: Document, in_metadata: str) -> str:
    """The title on one line; empty when there is none to be found."""
    in_metadata = unescape(in_metadata)  # Some publishers write it as HTML.
    if len(in_metadata.split()) > 3 and not _FILE_NAME.search(in_metadata):
        return in_metadata
    if not document.pages:
        return ""
    page = document.pages[0]
    # What stands first is no section: it is the title.
    end = next((section.start for section in document.sections if section.page == 1 and section.start), len(page.text))
    edges = [*(start for start in page.blocks if start < end), end][: _BLOCKS + 1]
    blocks = [(start, end, _height(page, start, end)) for start, end in pairwise(edges) if end - start > 5]
    tallest = max((height for *_, height in blocks), default=0.0)
    parts = [page.text[start:end] for start, end, height in blocks if height > 0.97 * tallest]
    title = " ".join(" ".join(parts).split())
    return title if len(title) <= _LONGEST else ""


def _height(page: Page, start: int, end: int) -> float:
    """The height of the block's usual letter: marks beside names are smaller or stand higher."""
    boxes = (page.box_of(offset) for offset in range(start, min(end, start + 60)))
    heights = [box[3] - box[1] for box in boxes if box[2] > box[0]]
    return median(heights) if heights else 0.0
