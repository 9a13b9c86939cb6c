"""Rules, model and what stands, side by side: as lines of a table, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from benchmarks.papers.criteria import PAIRS
from benchmarks.papers.voices import VOICES, Comparison, Heard
from dashboard.reads.spending import Spent

_NAME = "{:28}{:8}"
_FIGURES = "{:>5}{:>5}{:>5}{:>5}{:>14}{:>10}{:>7}"


def as_record(comparison: Comparison) -> dict[str, Any]:
    """The key `model` of the object docs/evidence.md describes."""
    used = comparison.used
    fields = {
        flag: {voice: {**asdict(one.tally), "not_assessed": one.not_assessed} for voice, one in heard.items()}
        for flag, heard in sorted(comparison.fields.items())
    }
    figures = {"calls": used.calls, "tokens": used.tokens, "cost": used.cost, "seconds": used.seconds}
    return {"name": used.name, "fields": fields, **figures}


def as_lines(comparison: Comparison) -> Iterator[str]:
    """A row for each flag and voice, all flags together, what the model used, where it was wrong, and how the questions
    differ."""
    head = _FIGURES.format("tp", "fp", "tn", "fn", "not assessed", "accuracy", "MCC")
    yield _NAME.format("flag, by its criterion", "says") + head
    for flag, heard in sorted(comparison.fields.items()):
        yield from _rows(flag, heard)
    yield from _rows("all", comparison.all_fields)
    yield f"model: {_used(comparison.used)}"
    yield from (f"the model is wrong: {line}" for line in comparison.wrong)
    yield from (f"{one.flag} by {one.criterion}: {one.differs}" for one in PAIRS if one.flag in comparison.fields)


def _rows(flag: str, heard: Mapping[str, Heard]) -> Iterator[str]:
    for voice in VOICES:
        tally = heard[voice].tally
        shown = ("–" if figure is None else f"{figure:.3f}" for figure in (tally.accuracy, tally.mcc))
        counts = (tally.tp, tally.fp, tally.tn, tally.fn, heard[voice].not_assessed)
        yield _NAME.format(flag if voice == VOICES[0] else "", voice) + _FIGURES.format(*counts, *shown)


def _used(used: Spent) -> str:
    cost = "unknown, no prices are set" if used.cost is None else f"{used.cost:.4f}"
    return f"{used.name}, {used.calls} calls, {used.tokens:,} tokens, {used.seconds:.1f} s of calls, cost {cost}"
