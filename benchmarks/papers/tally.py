"""Yes and no, found and true: four counts, and the figures made of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """True and false positives and negatives. What has nothing to be divided by is None."""

    tp: int = 0
    fp: int = 0
    tn: int = 0
    fn: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.tp + other.tp, self.fp + other.fp, self.tn + other.tn, self.fn + other.fn)

    @property
    def total(self) -> int:
        return self.tp + self.fp + self.tn + self.fn

    @property
    def accuracy(self) -> float | None:
        return _share(self.tp + self.tn, self.total)

    @property
    def precision(self) -> float | None:
        return _share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        return _share(self.tp, self.tp + self.fn)

    @property
    def mcc(self) -> float | None:
        """Matthews' correlation coefficient."""
        below = (self.tp + self.fp) * (self.tp + self.fn) * (self.tn + self.fp) * (self.tn + self.fn)
        return (self.tp * self.tn - self.fp * self.fn) / below**0.5 if below else None


def judged(found: bool, true: bool) -> Tally:
    """One answer as a tally."""
    return Tally(tp=found and true, fp=found and not true, tn=not found and not true, fn=not found and true)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
