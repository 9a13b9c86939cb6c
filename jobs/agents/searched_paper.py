"""SearchedPaper: the paper with the passages a model reads, and the model's quotes looked up in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Quote, Verdict
from dashboard.judging.question import Exhibit, Question
from jobs.agents.paper_source import PaperSource
from jobs.agents.passages import of_paper
from jobs.agents.quotable import Quotable
from jobs.agents.shelf import Shelf, unproven


@dataclass(frozen=True)
class SearchedPaper:
    """The paper for an assessor who reads."""

    paper: PaperSource

    def question(self, criterion: Criterion) -> Question:
        question = self.paper.question(criterion)
        if question.obstacle:
            return question
        evidence = (quote for exhibit in question.exhibits for quote in exhibit.quotes)
        passages = self._shelf.worth_reading(criterion, evidence)
        return replace(question, passages=Exhibit("passages", None, quotes=passages))

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        checked, faults = self.paper.check(replace(verdict, quotes=tuple(map(self._located, verdict.quotes))))
        return checked, [*faults, *unproven(verdict)]

    def _located(self, quote: Quote) -> Quote:
        """The quote with its offsets: on the page it is said to be on, else on whichever has it."""
        if self.paper.document.verify(quote):
            return quote
        numbers = range(1, len(self._pages) + 1)
        for number in sorted(numbers, key=lambda number: number != quote.page):
            if span := self._pages[number - 1].find(quote.text):
                return self.paper.document.quote(number, *span)
        return quote

    @cached_property
    def _shelf(self) -> Shelf[Quote]:
        return Shelf(of_paper(self.paper.document, self.paper.visible), _holds)

    @cached_property
    def _pages(self) -> list[Quotable]:
        return [Quotable(text) for text in self.paper.visible]


def _holds(passage: Quote, evidence: Quote) -> bool:
    return passage.page == evidence.page and passage.start <= evidence.start < passage.end
