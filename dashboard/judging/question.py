"""Question: a criterion and everything found that may answer it. Sources ask them, assessors answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Answer, Place, Quote, Verdict, quote_from


@dataclass(frozen=True)
class Exhibit:
    """What was found under one name of the criterion's evidence. `present` is None where it cannot be told."""

    name: str
    present: bool | None
    quotes: tuple[Quote, ...] = ()
    places: tuple[Place, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Obstacle:
    """Why a question needs no assessing: the answer follows from the paper as a whole."""

    answer: Answer
    reason: str


@dataclass(frozen=True)
class Question:
    """One criterion, put to an assessor. `passages` are what a search found, for assessors who can read."""

    criterion: Criterion
    exhibits: tuple[Exhibit, ...] = ()
    obstacle: Obstacle | None = None
    passages: Exhibit = Exhibit("passages", None)

    def without(self, refused: Verdict) -> Question:
        """The question less the quotes of that verdict that are not in the document."""
        gone = {quote.text for quote in refused.quotes if not quote.verified}
        return replace(self, exhibits=tuple(_less(exhibit, gone) for exhibit in self.exhibits))


class Source(Protocol):
    """What criteria are judged against: the paper, or its repository."""

    def question(self, criterion: Criterion) -> Question:
        """The criterion with what this source holds on it."""

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        """The verdict with each quote marked as verified or not and false places gone; a sentence for each fault."""


class Assessor(Protocol):
    """Who answers: the rules, or a model."""

    name: str

    def assess(self, question: Question) -> Verdict:
        """The first answer. `Verdict.criterion` is the criterion's key."""

    def repair(self, question: Question, draft: Verdict, objections: list[str]) -> Verdict:
        """A better answer, given what was wrong with the draft's evidence."""


def question_to_json(question: Question) -> dict[str, Any]:
    """The question as plain values, without its criterion: that is data of the rubric's.

    Plain to the last: a checkpoint's strict reader gives no enum back.
    """
    obstacle = question.obstacle
    return {
        "criterion": question.criterion.key,
        "exhibits": [asdict(exhibit) for exhibit in question.exhibits],
        "obstacle": {"answer": obstacle.answer.value, "reason": obstacle.reason} if obstacle else None,
        "passages": asdict(question.passages),
    }


def question_from(record: Mapping[str, Any], criterion: Criterion) -> Question:
    """A question as `question_to_json` wrote it."""
    obstacle = record["obstacle"]
    return Question(
        criterion,
        tuple(_exhibit_from(exhibit) for exhibit in record["exhibits"]),
        Obstacle(Answer(obstacle["answer"]), obstacle["reason"]) if obstacle else None,
        _exhibit_from(record["passages"]),
    )


def _exhibit_from(record: Mapping[str, Any]) -> Exhibit:
    quotes = tuple(quote_from(quote) for quote in record["quotes"])
    places = tuple(Place(**place) for place in record["places"])
    return Exhibit(record["name"], record["present"], quotes, places, record["note"])


def _less(exhibit: Exhibit, gone: set[str]) -> Exhibit:
    quotes = tuple(quote for quote in exhibit.quotes if quote.text not in gone)
    emptied = exhibit.quotes and not quotes
    return replace(exhibit, quotes=quotes, present=None if emptied else exhibit.present)
