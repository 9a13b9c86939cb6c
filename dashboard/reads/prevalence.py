"""How answers spread over the papers of a cohort: shares with their intervals, quartiles, percentiles. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import NormalDist, quantiles

from dashboard.judging.evidence import Answer

Z = NormalDist().inv_cdf(0.975)
BIN = 10


@dataclass(frozen=True)
class Interval:
    """A share in percent with its 95 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Prevalence:
    """How a criterion is answered in a cohort. `silent` papers were not asked it."""

    met: int
    not_met: int
    not_applicable: int
    not_assessed: int
    silent: int = 0

    @property
    def assessed(self) -> int:
        return self.met + self.not_met

    @property
    def papers(self) -> int:
        """Papers that were asked."""
        return self.assessed + self.not_applicable + self.not_assessed

    @property
    def interval(self) -> Interval | None:
        """The share that meets it among those assessed."""
        return wilson(self.met, self.assessed)


@dataclass(frozen=True)
class Gap:
    """By how many percentage points the first share exceeds the second, with the 95 % interval."""

    points: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out "no difference"."""
        return self.low > 0 or self.high < 0

    @property
    def words(self) -> str:
        """What it says of the first."""
        if not self.is_clear:
            return "no clear difference"
        return "met clearly more often" if self.points > 0 else "met clearly less often"


@dataclass(frozen=True)
class Bin:
    """Papers that score from `low` up to but not including `high`; the last one includes 100."""

    low: int
    high: int
    papers: int


@dataclass(frozen=True)
class Spread:
    """The scores of a cohort: the least, the quartiles, the most, and how many papers fall where."""

    papers: int
    least: float
    lower: float
    median: float
    upper: float
    most: float
    bins: tuple[Bin, ...]


def prevalence(answers: Iterable[Answer | None]) -> Prevalence:
    """Count one criterion's answers, one a paper; None where the paper was not asked."""
    counts = Counter(answers)
    order = (Answer.MET, Answer.NOT_MET, Answer.NOT_APPLICABLE, Answer.NOT_ASSESSED, None)
    return Prevalence(*(counts[answer] for answer in order))


def wilson(met: int, assessed: int) -> Interval | None:
    """Wilson's score interval, without continuity correction; None where nothing was assessed."""
    if not assessed:
        return None
    share, damping = met / assessed, Z * Z / assessed
    middle = (share + damping / 2) / (1 + damping)
    reach = Z * sqrt(share * (1 - share) / assessed + damping / (4 * assessed)) / (1 + damping)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return Interval(100 * share, 100 * min(low, share), 100 * max(high, share))


def gap(one: Interval | None, other: Interval | None) -> Gap | None:
    """The difference of two shares, its interval joined from theirs (Newcombe 1998, method 10)."""
    if one is None or other is None:
        return None
    points = one.share - other.share
    down = sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
    up = sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
    return Gap(points, points - down, points + up)


def spread(scores: Sequence[float]) -> Spread | None:
    """Quartiles (interpolated, the extremes included) and a histogram in tens; None without a score."""
    if not scores:
        return None
    ordered = sorted(scores)
    lower, median, upper = quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else ordered * 3
    return Spread(len(ordered), ordered[0], lower, median, upper, ordered[-1], _bins(ordered))


def percentiles(scores: Mapping[int, float]) -> dict[int, float]:
    """Of the cohort's scores the percentage below each paper's own; equal ones count half. By the paper's id."""
    ordered = sorted(scores.values())
    return {
        paper: 50 * (bisect_left(ordered, score) + bisect_right(ordered, score)) / len(ordered)
        for paper, score in scores.items()
    }


def _bins(ordered: Sequence[float]) -> tuple[Bin, ...]:
    edges = range(0, 101, BIN)
    places = [bisect_left(ordered, edge) for edge in edges[:-1]] + [len(ordered)]
    return tuple(
        Bin(low, high, until - since)
        for (low, high), (since, until) in zip(pairwise(edges), pairwise(places), strict=True)
    )
