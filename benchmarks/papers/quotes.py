"""Every quote a run shows, held against the paper twice: at its offset in the stored text, and in the bare page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.papers.pipeline import Reading
from dashboard.judging.evidence import Quote
from jobs.papers.document import Document

_ASIDE = re.compile(r"[\s\-\u00ad\u2010\u2011\ufffe\ufffd\u200b-\u200f\u2060\ufeff\x00-\x1f]")


def quotes_of(reading: Reading) -> set[Quote]:
    """Whatever looks like a quote in the files of a run, each once."""
    records = (record for name in ("evidence.json", "findings.json") for record in _in(reading.files.get(name)))
    return {Quote(record["page"], record["start"], record["end"], record["text"]) for record in records}


def unverified(quotes: set[Quote], document: Document, bare_pages: Sequence[str]) -> list[Quote]:
    """Those that do not stand in the stored text at their offset, or not on that page of the PDF at all. A page read by
    OCR has no text of its own, so there the stored text alone can tell."""
    letters = [letters_of(page) for page in bare_pages]
    seen = {page.number for page in document.pages if page.ocr}
    return [
        quote
        for quote in quotes
        if not (document.verify(quote) and (quote.page in seen or _is_printed(quote, letters)))
    ]


def letters_of(text: str) -> str:
    """A text without what two readers of a PDF may differ in: spaces, hyphens, ligatures, line ends."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", _ASIDE.sub("", text)))


def _is_printed(quote: Quote, letters: Sequence[str]) -> bool:
    """Whole, or line by line: bare text runs in the file's order, which need not be that of reading."""
    page = letters[quote.page - 1] if 0 < quote.page <= len(letters) else ""
    return letters_of(quote.text) in page or all(letters_of(line) in page for line in quote.text.split("\n"))


def _in(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        if {"page", "start", "end", "text"} <= value.keys():
            yield value
        for inner in value.values():
            yield from _in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _in(inner)
