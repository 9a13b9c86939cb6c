"""The figures for people, as a table, and for programs, as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from benchmarks.papers import tell_voices as voices
from benchmarks.papers.scores import Cost, Scores
from benchmarks.papers.tally import Tally
from benchmarks.papers.voices import Comparison

_ROW = "{:28}{:>5}{:>5}{:>5}{:>5}{:>10}{:>11}{:>8}{:>7}"
_COST = "{:48}{:>6}{:>10}{:>12}{:>13}{:>9}{:>9}"


def as_json(scores: Scores, comparison: Comparison | None) -> str:
    """The object docs/evidence.md describes, `model` in it where one was asked. A share of nothing is null."""
    return json.dumps(
        {
            "fields": {name: asdict(tally) for name, tally in sorted(scores.strict.items())},
            "strict": {"accuracy": scores.all_strict.accuracy, "mcc": scores.all_strict.mcc},
            "own_repository": {
                "right": scores.own_right,
                "of": scores.own_of,
                "false_claims": scores.false_claims,
            },
            "quotes": {"shown": scores.shown, "unverified": scores.unverified},
            "repositories": {"right": scores.facts_right, "of": scores.facts_of},
            "failed": scores.failed,
            **({"model": voices.as_record(comparison)} if comparison else {}),
        }
    )


def as_text(scores: Scores, wall_seconds: float, comparison: Comparison | None) -> str:
    """Everything, with what was wrong line by line."""
    compared = [*voices.as_lines(comparison), ""] if comparison else []
    costs = [*_costs(scores, wall_seconds), *_remarks(scores)]
    return "\n".join([*_flags(scores), "", *compared, *_others(scores), "", *costs])


def _flags(scores: Scores) -> Iterator[str]:
    yield _ROW.format("flag", "tp", "fp", "tn", "fn", "accuracy", "precision", "recall", "MCC")
    yield from _rows(scores.strict)
    yield _row("all", scores.all_strict)
    if scores.ambiguous:
        yield "on which people may differ, not in the above:"
        yield from _rows(scores.ambiguous)


def _rows(tallies: Mapping[str, Tally]) -> Iterator[str]:
    yield from (_row(name, tally) for name, tally in sorted(tallies.items()))


def _row(name: str, tally: Tally) -> str:
    figures = (tally.accuracy, tally.precision, tally.recall, tally.mcc)
    shown = ("–" if figure is None else f"{figure:.3f}" for figure in figures)
    return _ROW.format(name, tally.tp, tally.fp, tally.tn, tally.fn, *shown)


def _others(scores: Scores) -> Iterator[str]:
    verified = scores.shown - scores.unverified
    yield f"own repository: {scores.own_right} of {scores.own_of} right, {scores.false_claims} claimed that are none"
    yield f"repository facts: {scores.facts_right} of {scores.facts_of} right"
    yield f"quotes: {verified} of {scores.shown} verified ({verified / max(1, scores.shown):.1%})"


def _costs(scores: Scores, wall_seconds: float) -> Iterator[str]:
    """Extraction is measured a second time, alone, beside bare pypdfium2 in the same process."""
    if not scores.costs:
        return
    yield _COST.format("paper", "pages", "work s", "ms a page", "extraction s", "x bare", "peak MB")
    yield from map(_cost, scores.costs)
    pages, work = sum(cost.pages for cost in scores.costs), sum(cost.work for cost in scores.costs)
    yield f"{pages} pages: {work / pages:.3f} s of work a page, {wall_seconds / pages:.3f} s by the clock"
    yield f"most memory: {max(cost.plain.megabytes for cost in scores.costs):.0f} MB for an extraction"


def _cost(cost: Cost) -> str:
    plain = cost.plain
    return _COST.format(
        cost.name[:47], cost.pages, f"{cost.work:.1f}", f"{1000 * cost.work / cost.pages:.0f}", f"{plain.seconds:.2f}",
        f"{plain.seconds / plain.bare_seconds:.1f}", f"{plain.megabytes:.0f}",
    )  # fmt: skip


def _remarks(scores: Scores) -> Iterator[str]:
    yield from (f"wrong: {line}" for line in scores.wrong)
    yield from (f"failed: {one.get('file') or one['repo']}: {one['reason']}" for one in scores.failed)
