"""Marks: the places on a paper's pages that speak for criteria, each with every criterion it speaks for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.judging.evidence import Box, Quote
from dashboard.judging.judgement import Judgement

ROOM = 1.5  # Points between the words and the edge of their box.


@dataclass(frozen=True)
class Mark:
    """Words on a page, boxed. `criteria` are those that quote them, or words that overlap with them."""

    page: int
    start: int
    end: int
    boxes: tuple[Box, ...]
    criteria: tuple[Judgement, ...]
    chosen: str = ""

    @property
    def id(self) -> str:
        return mark_id(self.page, self.start, self.end)

    @property
    def is_chosen(self) -> bool:
        return any(criterion.key == self.chosen for criterion in self.criteria)

    @property
    def leads_to(self) -> Judgement:
        """The criterion that following the mark shows: each of them in turn."""
        keys = [criterion.key for criterion in self.criteria]
        after = keys.index(self.chosen) + 1 if self.chosen in keys else 0
        return self.criteria[after % len(keys)]

    @property
    def areas(self) -> list[Box]:
        """Left, top, width and height of each box, a little wider than the words."""
        return [
            (round(box[0] - ROOM, 1), round(box[1] - ROOM, 1), round(box[2] - box[0] + 2 * ROOM, 1),
             round(box[3] - box[1] + 2 * ROOM, 1))
            for box in self.boxes
        ]  # fmt: skip

    @property
    def keys(self) -> str:
        return " ".join(criterion.key for criterion in self.criteria)


def mark_id(page: int, start: int, end: int) -> str:
    """The anchor of those words on the page."""
    return f"m{page}-{start}-{end}"


def anchor(quote: Quote) -> str:
    """Where a link to the quote leads: its box where it has one, else its page."""
    return mark_id(quote.page, quote.start, quote.end) if is_marked(quote) else f"p{quote.page}"


def is_marked(quote: Quote) -> bool:
    """Only words that stand in the paper are shown in it."""
    return quote.verified and bool(quote.boxes)


def marks(criteria: Sequence[Judgement], chosen: str = "") -> Mapping[int, list[Mark]]:
    """The marks of each page, in reading order; those of the chosen criterion last, so that they lie on top."""
    quoted = [(quote, one) for one in criteria for quote in one.quotes if is_marked(quote)]
    by_page: dict[int, list[tuple[Quote, Judgement]]] = {}
    for quote, one in quoted:
        by_page.setdefault(quote.page, []).append((quote, one))
    return {page: sorted(_on_page(pairs, chosen), key=_order) for page, pairs in by_page.items()}


def also_marked(criterion: Judgement, criteria: Iterable[Judgement]) -> list[Judgement]:
    """The other criteria that rest on some of the same words."""
    mine = [quote for quote in criterion.quotes if is_marked(quote)]
    others = (one for one in criteria if one.key != criterion.key)
    return [one for one in others if any(_overlap(quote, other) for quote in mine for other in one.quotes)]


def _on_page(pairs: Sequence[tuple[Quote, Judgement]], chosen: str) -> Iterable[Mark]:
    distinct = {(quote.start, quote.end): quote for quote, _ in pairs}
    for quote in distinct.values():
        speaks_for = {one.key: one for other, one in pairs if _overlap(quote, other)}
        yield Mark(quote.page, quote.start, quote.end, quote.boxes, tuple(speaks_for.values()), chosen)


def _overlap(one: Quote, other: Quote) -> bool:
    return other.page == one.page and is_marked(other) and one.start < other.end and other.start < one.end


def _order(mark: Mark) -> tuple[bool, int, int]:
    return mark.is_chosen, mark.start, -mark.end
