"""Citing: links in the list of references that the paper cites as its own."""

from __future__ import annotations

import re

from jobs.papers.document import Document
from jobs.papers.links import Link
from jobs.papers.sentences import prose_of
from jobs.papers.wording import SAYS_SO, speaks_of_code, whose

_ENTRY = re.compile(r"(?:^|\n)[ \t]*\[?(\d{1,3})[\].][ \t]")
_OF_THIS_PAPER = re.compile(
    r"\b(?:codes?|repository|implementation|software|artifacts?|supplement\w*)\s+(?:of|for|to|accompanying)\s+"
    r"(?:this|our|the present)\s+(?:paper|work|article|study)\b|\bour\s+(?:source )?(?:code|repository)\b",
    re.IGNORECASE,
)
_LONGEST_ENTRY = 800


def cited_as_own(document: Document, link: Link) -> str:
    """The words by which an entry of the references, or a sentence that cites it, makes the link the paper's own."""
    text = document.page(link.page).text
    entry = next(iter(list(_ENTRY.finditer(text, max(0, link.start - _LONGEST_ENTRY), link.start))[-1:]), None)
    if entry is None:
        return ""
    if said := _OF_THIS_PAPER.search(" ".join(text[entry.end() : link.start].split())):
        return said.group()
    return _citing_sentence(document, entry.group(1))


def _citing_sentence(document: Document, number: str) -> str:
    mark = re.compile(rf"\[(?:[\d,;–\s-]*[,;\s])?{number}(?:[,;\s][\d,;–\s-]*)?\]")
    for sentence in prose_of(document):
        if sentence.section_kind == "references" or not (found := mark.search(sentence.words)):
            continue
        before, after = sentence.words[: found.start()], sentence.words[found.end() :]
        if speaks_of_code(before) and whose(before, after).score >= SAYS_SO:
            return sentence.words
    return ""
