"""Checklist: which pages of a paper are a form that its authors filled in, and not the paper."""

from __future__ import annotations

import itertools
import re

from jobs.papers.document import Document, Page, Section

LINE = r"(?:^|\n)[^\S\n]*(?:\d{2,4}\s+)?"  # A line's beginning; drafts for review have their lines numbered.
ANSWERED = re.compile(r"Answer\s*:\s*\[?\s*(Yes|No|N/?A|TODO)\b", re.IGNORECASE)
ITEM = re.compile(rf"{LINE}(1[0-6]|[1-9])\.\s*(?=[A-Z])")
OLD_ITEM = re.compile(r"\(([a-e])\)(?P<question>[^\[\]]{10,400}?)\[\s*(Yes|No|N/?A)\s*\]", re.IGNORECASE)
OLD_GROUP = re.compile(rf"{LINE}([1-5])\.\s*(?=(?:For all|If you)\b)")
ACL_ITEM = re.compile(rf"{LINE}(?P<mark>\S{{0,3}})[^\S\n]*\b(?P<item>[A-E][1-6])\.\s(?=[A-Z])")
_NAMES = re.compile(
    rf"{LINE}(?:\w+ ){{0,4}}(?:Responsible NLP (?:Research )?Checklist|Paper Checklist|Reproducibility Checklist)\b"
)
_GUIDELINES = re.compile(r"\bGuidelines\s*:|\bThe (?:answer|authors should answer) .{0,6}(?:NA|Yes|No)\b.{0,6} means")


def mark_checklist(document: Document) -> Document:
    """The document with a `checklist` section over the form, also where its heading was not recognised."""
    if not any(section.kind == "checklist" for section in document.sections):
        form = next((found for page in document.pages if (found := _form_on(page))), None)
        if form is None:
            return document
        document = Document(document.pages, _sorted([*document.sections, form]), document.annotations)
    return _without_inner_headings(document)


def _form_on(page: Page) -> Section | None:
    """The form that begins on a page: by its name, or by its questions with answers and reasons."""
    answered = len(ANSWERED.findall(page.text)) >= 2 and "Justification" in page.text
    begun = _NAMES.search(page.text) if _form_like(page.text) else None
    if begun is None and not answered and len(OLD_ITEM.findall(page.text)) < 4:
        return None
    match = begun or ITEM.search(page.text) or OLD_GROUP.search(page.text)
    return Section("Checklist", "checklist", page.number, match.start() if match else 0)


def _without_inner_headings(document: Document) -> Document:
    """Headings such as "2. Limitations" within the form are its items, not sections of the paper."""
    first = next(section for section in document.sections if section.kind == "checklist")
    last = _last_page(document, first.page)
    kept = [one for one in document.sections if _place(one) <= _place(first) or one.page > last]
    if last < len(document.pages):  # What follows the form is no part of it, also without a heading.
        kept.append(Section("Appendix", "appendix", last + 1, 0))
    return Document(document.pages, _sorted(kept), document.annotations)


def _last_page(document: Document, first: int) -> int:
    """The last page of the form that begins on page `first`."""
    pages = itertools.takewhile(lambda page: _form_like(page.text), document.pages[first:])
    return max((page.number for page in pages), default=first)


def _form_like(text: str) -> bool:
    known = ANSWERED.search(text) or OLD_ITEM.search(text) or _GUIDELINES.search(text)
    return bool(known) or len(ACL_ITEM.findall(text)) >= 3


def _sorted(sections: list[Section]) -> tuple[Section, ...]:
    return tuple(sorted(sections, key=_place))


def _place(section: Section) -> tuple[int, int]:
    return section.page, section.start
