"""PaperSource: the paper's findings as exhibits, and its text as the judge of every quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.judging.evidence import Answer, Finding, Quote, Verdict, finding_from
from dashboard.judging.question import Exhibit, Obstacle, Question
from dashboard.judging.rubric import Criterion
from jobs.context import NodeContext
from jobs.papers.document import Document

MOST_QUOTES = 8  # Passages of one kind that a question carries.


@dataclass(frozen=True)
class PaperSource:
    """What extraction left of a paper. `paper_type` is its guess; an empty document is one without a text layer."""

    document: Document
    findings: Sequence[Finding]
    paper_type: str

    def question(self, criterion: Criterion) -> Question:
        obstacle = self._obstacle(criterion)
        exhibits = () if obstacle else tuple(self._exhibit(kind, criterion) for kind in criterion.evidence)
        return Question(criterion, exhibits, obstacle)

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        quotes = tuple(self.document.checked(quote) for quote in verdict.quotes)
        faults = [f"Page {quote.page} does not say {quote.text!r} there." for quote in quotes if not quote.verified]
        if verdict.places:
            faults.append("A criterion about the paper rests on its text, not on files.")
        return replace(verdict, quotes=quotes, places=()), faults

    def _obstacle(self, criterion: Criterion) -> Obstacle | None:
        if not criterion.applies(self.paper_type):
            return Obstacle(Answer.NOT_APPLICABLE, f"Not asked of a {self.paper_type} paper.")
        if not any(page.text.strip() for page in self.document.pages):
            return Obstacle(Answer.NOT_ASSESSED, "The PDF has no text that could be read.")
        return None

    def _exhibit(self, kind: str, criterion: Criterion) -> Exhibit:
        quotes = [finding.quote for finding in self.findings if finding.kind == kind]
        if criterion.pattern:
            quotes = [quote for quote in quotes if criterion.pattern.regex.search(_one_line(quote))]
        return Exhibit(kind, bool(quotes), tuple(quotes[:MOST_QUOTES]))


def paper_source(context: NodeContext) -> PaperSource:
    """The paper as `extract_text` and `extract_evidence` left it."""
    evidence = context.read_json("extract_evidence", "evidence.json")
    return PaperSource(
        Document.from_json(context.read_artifact("extract_text", "text.json")),
        [finding_from(record) for record in evidence["findings"]],
        str(context.output_of("extract_evidence").get("paper_type", "")),
    )


def _one_line(quote: Quote) -> str:
    return quote.text.replace("\n", " ")
