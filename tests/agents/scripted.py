"""Criteria, a source and an assessor for tests: small, and they do exactly as they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.judging.evidence import Answer, Quote, Verdict
from dashboard.judging.question import Exhibit, Question
from dashboard.judging.rubric import Criterion

TEXT = "We use seed 7. The learning rate is 0.1."


def criterion(name: str = "seed", **changes: Any) -> Criterion:
    """A criterion about the paper that any `seed` finding meets and whose absence is not met."""
    plain = Criterion("own", name, name.title(), f"Is there a {name}?", "paper", Answer.NOT_MET, Answer.NOT_MET)
    return replace(plain, **{"evidence": ("seed",), **changes})


def quote(text: str, start: int = 0) -> Quote:
    """Those words on page 1, not yet verified."""
    return Quote(1, start, start + len(text), text)


@dataclass
class OnePage:
    """A source of one page; a quote is verified when it stands at its offset."""

    text: str = TEXT

    def question(self, criterion: Criterion) -> Question:
        return Question(criterion, (Exhibit("seed", True, (quote("We use seed 7."),)),))

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        checked = tuple(replace(q, verified=self.text[q.start : q.end] == q.text) for q in verdict.quotes)
        return replace(verdict, quotes=checked), [f"Not there: {q.text}" for q in checked if not q.verified]


@dataclass
class Scripted:
    """An assessor that gives its first answer, then one repair after another."""

    first: Callable[[str], Verdict]
    repairs: list[Verdict] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    objections: list[list[str]] = field(default_factory=list)
    name: str = "scripted"

    def assess(self, question: Question) -> Verdict:
        self.asked.append(question.criterion.key)
        return self.first(question.criterion.key)

    def repair(self, question: Question, draft: Verdict, objections: list[str]) -> Verdict:
        self.objections.append(list(objections))
        return self.repairs[min(len(self.objections), len(self.repairs)) - 1]


def met(key: str, *quotes: Quote) -> Verdict:
    return Verdict(key, Answer.MET, "It says so.", "scripted", quotes)


def by_key(*criteria: Criterion) -> Mapping[str, Criterion]:
    return {one.key: one for one in criteria}
