"""SearchedRepository: the repository with the passages a model reads, and the model's quotes looked up in its files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Place, Verdict
from dashboard.judging.question import Exhibit, Question
from jobs.agents.passages import of_repository, seen_in
from jobs.agents.quotable import Quotable
from jobs.agents.repository_source import RepositorySource
from jobs.agents.shelf import Shelf, unproven

MOST_LINES = 5  # Lines of a file that one quote may cover.


@dataclass(frozen=True)
class SearchedRepository:
    """The repository for an assessor who reads."""

    repository: RepositorySource

    def question(self, criterion: Criterion) -> Question:
        question = self.repository.question(criterion)
        if question.obstacle:
            return question
        evidence = (place for exhibit in question.exhibits for place in exhibit.places)
        passages = self._shelf.worth_reading(criterion, evidence)
        return replace(question, passages=Exhibit("passages", None, places=passages))

    def check(self, verdict: Verdict) -> tuple[Verdict, list[str]]:
        places = (line for place in verdict.places for line in self._located(place))
        checked, faults = self.repository.check(replace(verdict, places=tuple(dict.fromkeys(places))))
        return checked, [*faults, *unproven(verdict)]

    def _located(self, place: Place) -> list[Place]:
        """The lines on which the words stand; the place as it is where they stand nowhere in that file."""
        snapshot = self.repository.snapshot
        seen = seen_in(place.path, snapshot.text(place.path))
        span = Quotable(seen).find(place.text)
        if span is None:
            return [place]
        first, last = (seen.count("\n", 0, offset) + 1 for offset in span)
        lines = (snapshot.place(place.path, line) for line in range(first, min(last, first + MOST_LINES - 1) + 1))
        return [line for line in lines if line.text]

    @cached_property
    def _shelf(self) -> Shelf[Place]:
        return Shelf(of_repository(self.repository.snapshot), _holds)


def _holds(passage: Place, evidence: Place) -> bool:
    after_its_start = evidence.line - passage.line if evidence.line else 0
    return passage.path == evidence.path and 0 <= after_its_start <= passage.text.count("\n")
