"""PaperSource: the paper's findings as exhibits, and its text as the judge of every quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from dashboard.judging.evidence import Finding, Quote, Verdict, finding_from
from dashboard.judging.material import PaperMaterial, doubt_of
from dashboard.judging.question import Question
from dashboard.judging.rubric import Criterion
from jobs.agents.withheld import Spans, hidden_spans, order_spans, touches, visible_texts
from jobs.context import NodeContext
from jobs.papers.document import Document


@dataclass(frozen=True)
class PaperSource:
    """What extraction left of a paper. `paper_type` is its guess; an empty document is one without a text layer.

    `hidden` is text that no reader sees: it proves nothing, whoever quotes it. `orders` are to models: none reads them.
    `doubt` says why what was not found may be there all the same.
    """

    document: Document
    findings: Sequence[Finding]
    paper_type: str
    hidden: Spans = field(default_factory=dict)
    orders: Spans = field(default_factory=dict)
    doubt: str = ""

    @cached_property
    def visible(self) -> tuple[str, ...]:
        """The pages' texts as a model may see them: what is hidden and what gives orders is blanked out."""
        return visible_texts(self.document, self.hidden, self.orders)

    def question(self, criterion: Criterion) -> Question:
        has_words = any(text.strip() for text in self.visible)
        return PaperMaterial(self.findings, self.paper_type, has_words, self.doubt).question(criterion)

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        quotes = tuple(self._checked(quote) for quote in verdict.quotes)
        faults = [f"Page {quote.page} does not say {quote.text!r} there." for quote in quotes if not quote.verified]
        if verdict.places:
            faults.append("A criterion about the paper rests on its text, not on files.")
        return replace(verdict, quotes=quotes, places=()), faults

    def _checked(self, quote: Quote) -> Quote:
        checked = self.document.checked(quote)
        return replace(checked, verified=False) if touches(checked, self.hidden) else checked


def paper_source(context: NodeContext) -> PaperSource:
    """The paper as `extract_text` and `extract_evidence` left it."""
    evidence = context.read_json("extract_evidence", "evidence.json")
    document = Document.from_json(context.read_artifact("extract_text", "text.json"))
    screened = context.read_json("screen_text", "hidden_text.json") if context.output_of("screen_text") else {}
    return PaperSource(
        document,
        [finding_from(record) for record in evidence["findings"]],
        str(context.output_of("extract_evidence").get("paper_type", "")),
        hidden_spans(document, screened),
        order_spans(document, screened),
        doubt_of({"extract_text": context.output_of("extract_text")}),
    )
