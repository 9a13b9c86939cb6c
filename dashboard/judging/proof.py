"""Proof: every quote and place is held against what was stored of the paper and its repository before it counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.judging.evidence import Answer, Place, Quote, Verdict, digest
from dashboard.judging.withheld import Withheld

LONGEST_LINE = 240  # Characters of a line that a place carries.


@dataclass(frozen=True)
class PaperText:
    """The stored words of a paper, page by page, and those among them that prove nothing."""

    pages: tuple[str, ...] = ()
    withheld: Withheld = field(default_factory=Withheld)

    @classmethod
    def parted(cls, text: str, screened: Mapping[str, Any] | None = None) -> PaperText:
        """From `text.txt`, in which form feeds part the pages, and `hidden_text.json`."""
        return cls(tuple(text.split("\f")), Withheld.of(screened or {}))

    @property
    def has_words(self) -> bool:
        return any(page.strip() for page in self.pages)

    def holds(self, quote: Quote) -> bool:
        """Whether exactly those words, by their hash, stand at that offset of that page for a reader to see."""
        inside = 1 <= quote.page <= len(self.pages) and 0 <= quote.start < quote.end
        if not inside or self.withheld.covers(quote):
            return False
        stored = self.pages[quote.page - 1][quote.start : quote.end]
        return stored == quote.text and digest(stored) == quote.sha256


@dataclass(frozen=True)
class RepositoryText:
    """The stored files of a repository at its commit. `paths` names also those too large to store."""

    commit: str = ""
    paths: Collection[str] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def line(self, path: str, line: int) -> str | None:
        """The words of a line, from 1, as a place carries them; None when the file has no such line."""
        lines = self.texts.get(path, "").split("\n")
        return lines[line - 1].strip()[:LONGEST_LINE] if 0 < line <= len(lines) else None

    def holds(self, place: Place) -> bool:
        """Whether that very line stands in that file at the commit; of a file as a whole, whether it is there."""
        if not self.commit or place.commit != self.commit or place.path not in self.paths:
            return False
        return place.line == 0 or self.line(place.path, place.line) == place.text


@dataclass(frozen=True)
class Record:
    """All that a verdict may rest on."""

    paper: PaperText = field(default_factory=PaperText)
    repository: RepositoryText = field(default_factory=RepositoryText)

    def proven(self, verdict: Verdict) -> Verdict:
        """The verdict with each quote marked as it is found, false places gone, and met only where something proves it.

        Words count where they were found and can be pointed at: a quote without a box on its page proves nothing.
        """
        quotes = tuple(replace(quote, verified=self.paper.holds(quote)) for quote in verdict.quotes)
        places = tuple(place for place in verdict.places if self.repository.holds(place))
        return met_by_proof(replace(verdict, quotes=quotes, places=places))


def met_by_proof(verdict: Verdict) -> Verdict:
    """The verdict, no longer met where no verified quote and no place bears it."""
    if verdict.answer is not Answer.MET or is_proven(verdict):
        return verdict
    return replace(verdict, answer=Answer.NOT_ASSESSED, reason=f"Without verified evidence: {verdict.reason}")


def is_proven(verdict: Verdict) -> bool:
    """Whether anything that was verified bears the verdict."""
    return bool(verdict.places) or any(quote.verified and quote.boxes for quote in verdict.quotes)
