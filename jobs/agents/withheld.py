"""Withheld text: what no reader of a paper sees, which proves nothing, and what is addressed to a model. No model is
shown either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from dashboard.judging.evidence import Quote
from jobs.agents.quotable import Quotable
from jobs.papers.document import Document, Page

Spans = Mapping[int, Sequence[tuple[int, int]]]


def hidden_spans(document: Document, screened: Mapping[str, Any]) -> Spans:
    """Page to spans of its text that no reader sees, from what `screen_text` left in `hidden_text.json`."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for number, runs in groupby(screened.get("hidden", ()), key=lambda run: int(run["page"])):
        page = document.page(number)
        words = Quotable(page.text)
        spans.setdefault(number, []).extend(span for run in runs for span in _of_run(page, words, run))
    return spans


def order_spans(document: Document, screened: Mapping[str, Any]) -> Spans:
    """Page to spans in plain sight that give a model orders, each to the end of its block: they seldom come alone."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for order in screened.get("quoted", ()):
        page, start = document.page(order["page"]), order["quote"]["start"]
        spans.setdefault(page.number, []).append((start, max(order["quote"]["end"], page.block_around(start)[1])))
    return spans


def visible_texts(document: Document, *withheld: Spans) -> tuple[str, ...]:
    """Every page's text with what is withheld blanked out, so that all offsets stay what they are."""
    return tuple(
        _blanked(page, [span for spans in withheld for span in spans.get(page.number, ())]) for page in document.pages
    )


def touches(quote: Quote, spans: Spans) -> bool:
    """Whether any of those words is among them."""
    return any(start < quote.end and quote.start < end for start, end in spans.get(quote.page, ()))


def _of_run(page: Page, words: Quotable, run: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Where a hidden run stands in the stored text: by its words, else by its boxes."""
    if span := words.find(run["text"]):
        yield span
        return
    offsets = sorted({offset for box in run["boxes"] for offset in page.offsets_in(tuple(box))})
    for _, together in groupby(enumerate(offsets), key=lambda pair: pair[1] - pair[0]):
        found = [offset for _, offset in together]
        yield found[0], found[-1] + 1


def _blanked(page: Page, spans: Sequence[tuple[int, int]]) -> str:
    text = page.text
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
