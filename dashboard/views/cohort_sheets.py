"""The sheets of a cohort: a row a paper, and a row a criterion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.reads.cohort_page import CriterionRow, Ranked, View
from dashboard.reads.prevalence import Interval, Prevalence

Row = list[Any]

PAPER = ["paper", "title", "run", "state", "rubric", "score", "percentile",
         "met", "not_met", "not_applicable", "not_assessed"]  # fmt: skip
COUNTS = ["met", "not_met", "not_applicable", "not_assessed", "not_asked", "met_percent", "low", "high"]


def papers(view: View) -> Iterator[Row]:
    """Worst first; papers without answers at the end, with empty cells."""
    keys = [criterion.id for criterion in view.criteria]
    yield [*PAPER, *keys]
    for one in view.here.ranked:
        yield [*_paper(view, one), *(str(one.answers.get(key, "")) for key in keys)]
    for paper in view.here.waiting:
        yield [paper.paper_id, paper.title, paper.run_id, paper.status, view.rubric.id, *[None] * (6 + len(keys))]


def criteria(view: View) -> Iterator[Row]:
    """Shares in percent among the assessed, with their 95 % interval; a second cohort's beside them."""
    others = [f"other_{name}" for name in COUNTS] if view.there else []
    gap = ["difference_points", "difference_low", "difference_high"] if view.there else []
    yield ["rubric", "criterion", "title", "papers", *COUNTS, *others, *gap]
    for row in view.criteria:
        yield [view.rubric.id, row.id, row.title, view.here.papers, *_counts(row.here), *_beside(row)]


def _paper(view: View, one: Ranked) -> Row:
    counts, paper = one.counts, one.paper
    return [
        paper.paper_id, paper.title, paper.judged_run, paper.status, view.rubric.id, counts.score,
        _rounded(one.percentile), counts.met, counts.not_met, counts.not_applicable, counts.not_assessed,
    ]  # fmt: skip


def _counts(of: Prevalence) -> Row:
    numbers = [of.met, of.not_met, of.not_applicable, of.not_assessed, of.silent]
    return [*numbers, *_interval(of.interval)]


def _beside(row: CriterionRow) -> Row:
    if row.there is None:
        return []
    gap = row.gap
    points = [gap.points, gap.low, gap.high] if gap else [None] * 3
    return [*_counts(row.there), *map(_rounded, points)]


def _interval(interval: Interval | None) -> Row:
    return [*map(_rounded, (interval.share, interval.low, interval.high))] if interval else [None] * 3


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
