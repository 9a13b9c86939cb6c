"""Material: what a run found of a paper and its repository, put before an assessor criterion by criterion. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Answer, Finding, Place, Quote
from dashboard.judging.question import Exhibit, Obstacle, Question

MOST_QUOTES = 8  # Passages of one kind that a question carries.
BY_OCR = "Most pages were read by OCR, which may have missed it."
UNREAD = "Most pages could not be read, or only by OCR: it may stand there."

Outputs = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class PaperMaterial:
    """What extraction found in a paper. `paper_type` is its guess; without words there was no text layer.

    `doubt` says why what was not found may be there all the same; empty where it may not.
    """

    findings: Sequence[Finding]
    paper_type: str
    has_words: bool = True
    doubt: str = ""

    def question(self, criterion: Criterion) -> Question:
        obstacle = not_asked(criterion, self.paper_type) or self._wordless()
        exhibits = () if obstacle else tuple(self._exhibit(kind, criterion) for kind in criterion.evidence)
        return Question(criterion, exhibits, obstacle)

    def _wordless(self) -> Obstacle | None:
        if self.has_words:
            return None
        return Obstacle(Answer.NOT_ASSESSED, "The PDF has no text that could be read.")

    def _exhibit(self, kind: str, criterion: Criterion) -> Exhibit:
        quotes = [finding.quote for finding in self.findings if finding.kind == kind]
        if criterion.pattern:
            quotes = [quote for quote in quotes if criterion.pattern.regex.search(_one_line(quote))]
        if not quotes and self.doubt:
            return Exhibit(kind, None, note=self.doubt)
        return Exhibit(kind, bool(quotes), tuple(quotes[:MOST_QUOTES]))


@dataclass(frozen=True)
class RepositoryMaterial:
    """The facts stated about the paper's repository; `obstacle` says why there is none to judge."""

    facts: Mapping[str, Mapping[str, Any]]
    paper_type: str = ""
    obstacle: Obstacle | None = None

    def question(self, criterion: Criterion) -> Question:
        obstacle = not_asked(criterion, self.paper_type) or self.obstacle
        exhibits = () if obstacle else tuple(self._exhibit(name) for name in criterion.evidence)
        return Question(criterion, exhibits, obstacle)

    def _exhibit(self, name: str) -> Exhibit:
        fact = self.facts.get(name, {"value": None, "places": (), "note": ""})
        present = None if fact["value"] is None else bool(fact["value"])
        places = tuple(Place(**place) for place in fact["places"])
        return Exhibit(name, present, places=places, note=fact["note"])


def not_asked(criterion: Criterion, paper_type: str) -> Obstacle | None:
    """Why a paper of that type is not asked this."""
    if criterion.applies(paper_type):
        return None
    return Obstacle(Answer.NOT_APPLICABLE, f"Not asked of a {paper_type} paper.")


def no_repository(outputs: Outputs, is_named: bool) -> Obstacle | None:
    """Why the repository cannot be judged, from what the nodes before handed on; None when it can.

    Somebody else's repository proves nothing, unless a person named it (`is_named`).
    """
    chosen = outputs.get("validate_links", {}).get("repository") or {}
    fetched = outputs.get("fetch_repo", {})
    doubt = "" if is_named else doubt_of(outputs)
    none, but = (Answer.NOT_ASSESSED, f" {doubt}") if doubt else (Answer.NOT_MET, "")
    if not is_named:
        if outputs.get("ingest_pdf", {}).get("scanned") and not outputs.get("extract_text", {}).get("characters"):
            return Obstacle(Answer.NOT_ASSESSED, "The PDF has no text, so its repository could not be looked up.")
        if chosen and not chosen.get("own"):
            return Obstacle(none, f"The paper names no repository of its own; it only cites {chosen['url']}.{but}")
    if fetched.get("found"):
        return None
    if fetched.get("absent"):
        return Obstacle(none, str(fetched.get("reason") or "There is no repository.") + but)
    return Obstacle(Answer.NOT_ASSESSED, str(fetched.get("reason") or "The repository was not fetched."))


def doubt_of(outputs: Outputs) -> str:
    """Why what was not found may be in the paper all the same; empty where most pages were read from their print.

    A page or two that are broken do not make the rest of a paper uncertain: the report names them.
    """
    extracted = outputs.get("extract_text", {})
    pages, by_ocr = extracted.get("pages", 0), extracted.get("ocr_pages", 0)
    unread = extracted.get("unread_pages", 0) + len(extracted.get("unreadable_pages", ()))
    if 2 * by_ocr > pages:
        return BY_OCR
    return UNREAD if 2 * (by_ocr + unread) > pages else ""


def _one_line(quote: Quote) -> str:
    return quote.text.replace("\n", " ")
