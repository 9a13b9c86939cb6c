"""Agreement: how far the checks, and people among themselves, answer alike. Counted, never weighed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.judging.evidence import Answer

Pair = tuple[Answer, Answer]


@dataclass(frozen=True)
class Confusion:
    """The checks' answers against people's, met being what is looked for. `unassessed` by either is counted apart."""

    hits: int = 0
    false_alarms: int = 0
    misses: int = 0
    right_negatives: int = 0
    unassessed: int = 0

    @property
    def number(self) -> int:
        """How many could be compared."""
        return self.hits + self.false_alarms + self.misses + self.right_negatives

    @property
    def accuracy(self) -> float | None:
        return _share(self.hits + self.right_negatives, self.number)

    @property
    def precision(self) -> float | None:
        """Of what the checks found met, the share people call met."""
        return _share(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> float | None:
        """Of what people call met, the share the checks found."""
        return _share(self.hits, self.hits + self.misses)

    @property
    def mcc(self) -> float | None:
        """Matthews' correlation, -1 to 1; None where one side always gives the same answer."""
        found, missed = self.hits + self.false_alarms, self.misses + self.right_negatives
        are, are_not = self.hits + self.misses, self.false_alarms + self.right_negatives
        product = found * missed * are * are_not
        both = self.hits * self.right_negatives - self.false_alarms * self.misses
        return both / math.sqrt(product) if product else None

    def __add__(self, other: Confusion) -> Confusion:
        return Confusion(
            self.hits + other.hits,
            self.false_alarms + other.false_alarms,
            self.misses + other.misses,
            self.right_negatives + other.right_negatives,
            self.unassessed + other.unassessed,
        )


@dataclass(frozen=True)
class Concord:
    """How often two people answered alike: `same` of `number`. `kappa` is Cohen's, None where chance explains all."""

    number: int
    same: int
    kappa: float | None

    @property
    def raw(self) -> float | None:
        return _share(self.same, self.number)


def confusion(pairs: Iterable[Pair]) -> Confusion:
    """From pairs of the checks' answer and people's."""
    counts = Counter(_cell(found, said) for found, said in pairs)
    return Confusion(counts["hit"], counts["false alarm"], counts["miss"], counts["negative"], counts["unassessed"])


def concord(pairs: Iterable[Pair]) -> Concord:
    """From pairs of two people's answers to the same criterion of the same paper."""
    listed = list(pairs)
    number, same = len(listed), sum(one == other for one, other in listed)
    ones, others = Counter(one for one, _ in listed), Counter(other for _, other in listed)
    by_chance = sum(ones[answer] * others[answer] for answer in Answer)
    room = number * number - by_chance
    return Concord(number, same, (number * same - by_chance) / room if room else None)


def _cell(found: Answer, said: Answer) -> str:
    if Answer.NOT_ASSESSED in (found, said):
        return "unassessed"
    if found is Answer.MET:
        return "hit" if said is Answer.MET else "false alarm"
    return "miss" if said is Answer.MET else "negative"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
