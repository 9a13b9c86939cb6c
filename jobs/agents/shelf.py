"""Shelf: the passages of one text, and those of them that are worth reading for a criterion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic

from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Answer, Verdict
from jobs.agents.passages import Passage, Where
from jobs.agents.queries import query_for
from jobs.agents.search import WordSearch

READ = 8  # Passages a model is shown, of which the first few hold what the rules found.
FROM_RULES = 3
FEWEST = 4  # Where the search finds less, as in other languages, the text's beginning is read.
UNPROVEN = "Met needs at least one quote, copied from a passage."


@dataclass(frozen=True)
class Shelf(Generic[Where]):
    """`holds` tells whether a passage holds the beginning of a piece of evidence."""

    passages: Sequence[Passage[Where]]
    holds: Callable[[Where, Where], bool]

    def worth_reading(self, criterion: Criterion, evidence: Iterable[Where]) -> tuple[Where, ...]:
        """Where the rules found something, then what the search finds nearest, none twice."""
        known: dict[int, None] = dict.fromkeys(number for one in evidence for number in self._around(one))
        chosen: dict[int, None] = dict.fromkeys([*known][:FROM_RULES] + self._search.best(query_for(criterion), READ))
        if len(chosen) < FEWEST:
            chosen = dict.fromkeys([*chosen, *range(len(self.passages))][:FEWEST])
        return tuple(self.passages[number].where for number in [*chosen][:READ])

    def _around(self, evidence: Where) -> list[int]:
        """The first passage that holds it, if one does."""
        return [number for number, one in enumerate(self.passages) if self.holds(one.where, evidence)][:1]

    @cached_property
    def _search(self) -> WordSearch:
        return WordSearch([passage.searched for passage in self.passages])


def unproven(verdict: Verdict) -> list[str]:
    """The fault of a met that nothing is given for."""
    is_bare = verdict.answer is Answer.MET and not verdict.quotes and not verdict.places
    return [UNPROVEN] if is_bare else []
