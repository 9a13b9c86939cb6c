"""PaperSource: the paper's findings as exhibits, and its text as the judge of every quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.judging.evidence import Finding, Verdict, finding_from
from dashboard.judging.material import PaperMaterial
from dashboard.judging.question import Question
from dashboard.judging.rubric import Criterion
from jobs.context import NodeContext
from jobs.papers.document import Document


@dataclass(frozen=True)
class PaperSource:
    """What extraction left of a paper. `paper_type` is its guess; an empty document is one without a text layer."""

    document: Document
    findings: Sequence[Finding]
    paper_type: str

    def question(self, criterion: Criterion) -> Question:
        has_words = any(page.text.strip() for page in self.document.pages)
        return PaperMaterial(self.findings, self.paper_type, has_words).question(criterion)

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        quotes = tuple(self.document.checked(quote) for quote in verdict.quotes)
        faults = [f"Page {quote.page} does not say {quote.text!r} there." for quote in quotes if not quote.verified]
        if verdict.places:
            faults.append("A criterion about the paper rests on its text, not on files.")
        return replace(verdict, quotes=quotes, places=()), faults


def paper_source(context: NodeContext) -> PaperSource:
    """The paper as `extract_text` and `extract_evidence` left it."""
    evidence = context.read_json("extract_evidence", "evidence.json")
    return PaperSource(
        Document.from_json(context.read_artifact("extract_text", "text.json")),
        [finding_from(record) for record in evidence["findings"]],
        str(context.output_of("extract_evidence").get("paper_type", "")),
    )
