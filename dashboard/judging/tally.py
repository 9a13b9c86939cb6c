"""Scores: counted in code from the answers. Not applicable and not assessed never count, neither as 0 nor as a half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.judging.evidence import Answer


@dataclass(frozen=True)
class Tally:
    """How many criteria got which answer."""

    met: int
    not_met: int
    not_applicable: int
    not_assessed: int

    @property
    def assessed(self) -> int:
        return self.met + self.not_met

    @property
    def score(self) -> int | None:
        """Of the criteria that were assessed the share that is met, 0 to 100; None when none was."""
        return round(100 * self.met / self.assessed) if self.assessed else None


def tally(answers: Iterable[Answer]) -> Tally:
    """Count the answers."""
    counts = Counter(answers)
    order = (Answer.MET, Answer.NOT_MET, Answer.NOT_APPLICABLE, Answer.NOT_ASSESSED)
    return Tally(*(counts[answer] for answer in order))


def counted_once(rubrics: Mapping[str, Mapping[str, Answer]]) -> list[Answer]:
    """The answers with each question counted once, however many rubrics ask it (they share its criterion id).

    Where two rubrics want different things of it, the stricter answer stands.
    """
    strictest = (Answer.NOT_MET, Answer.MET, Answer.NOT_ASSESSED, Answer.NOT_APPLICABLE)
    asked: dict[str, set[Answer]] = {}
    for answers in rubrics.values():
        for criterion, answer in answers.items():
            asked.setdefault(criterion, set()).add(answer)
    return [min(answers, key=strictest.index) for answers in asked.values()]
