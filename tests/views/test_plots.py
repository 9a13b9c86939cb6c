"""The figures behind a cohort's plots, and their geometry: what is drawn is what was counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import plots
from dashboard.judging.evidence import Answer
from dashboard.reads.prevalence import Interval, gap, percentiles, prevalence, spread, wilson

scores = st.lists(st.integers(0, 100).map(float), min_size=1, max_size=60)


# Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3; and its companion 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("met", "assessed", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_the_interval_is_wilsons(met: int, assessed: int, low: float, high: float) -> None:
    found = wilson(met, assessed)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [((56, 70), (48, 80), 5.24, 33.39), ((9, 10), (3, 10), 17.05, 80.90), ((10, 10), (0, 10), 60.75, 100.0)],
)
def test_the_interval_of_a_difference_is_newcombes(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = gap(wilson(*one), wilson(*other))
    assert found is not None and found.is_clear
    assert (found.low, found.high) == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


def test_a_difference_that_may_be_none_is_not_called_clear() -> None:
    found = gap(wilson(5, 10), wilson(4, 10))
    assert found is not None
    assert (found.is_clear, found.words) == (False, "no clear difference")


def test_nothing_assessed_has_no_share_and_no_difference() -> None:
    silent = prevalence([Answer.NOT_ASSESSED, Answer.NOT_APPLICABLE, None])
    assert (silent.interval, silent.papers, silent.silent) == (None, 2, 1)
    assert gap(silent.interval, wilson(1, 2)) is None


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_lies_in_its_interval_and_both_on_the_scale(met: int, more: int) -> None:
    found = wilson(met, met + more)
    assert found is not None
    assert 0 <= found.low <= found.share <= found.high <= 100


def test_quartiles_are_those_of_the_scores() -> None:
    found = spread([10.0, 20.0, 30.0, 40.0, 100.0])
    assert found is not None
    assert (found.least, found.lower, found.median, found.upper, found.most) == (10, 20, 30, 40, 100)
    assert spread([]) is None


def test_one_score_is_its_own_quartiles() -> None:
    found = spread([70.0])
    assert found is not None
    assert (found.lower, found.median, found.upper) == (70, 70, 70)


@given(scores)
def test_every_score_is_in_one_bin(given_scores: list[float]) -> None:
    found = spread(given_scores)
    assert found is not None
    assert sum(one.papers for one in found.bins) == len(given_scores)
    for one in found.bins:
        closed = one.high == 100
        assert one.papers == sum(one.low <= score < one.high or (closed and score == 100) for score in given_scores)


def test_percentiles_count_equal_scores_half() -> None:
    assert percentiles({1: 10.0, 2: 20.0, 3: 20.0, 4: 90.0}) == {1: 12.5, 2: 50.0, 3: 50.0, 4: 87.5}


@given(scores)
def test_percentiles_are_fifty_on_average(given_scores: list[float]) -> None:
    found = percentiles(dict(enumerate(given_scores)))
    assert sum(found.values()) / len(found) == pytest.approx(50)


def test_a_stacked_bar_is_full_and_leaves_out_what_nobody_has() -> None:
    bar = plots.stacked({"met": 3, "not_met": 0, "not_assessed": 1})
    assert [(one.name, one.x, one.width) for one in bar] == [("met", 0, 75), ("not_assessed", 75, 25)]
    assert plots.stacked({"met": 0}) == ()


@pytest.mark.parametrize("share", [0.0, 50.0, 100.0])
def test_a_mark_stays_on_the_scale(share: float) -> None:
    shown = plots.whisker(Interval(share, share, share), 0)
    assert 0 <= shown.mark <= 100 - shown.mark_width


@given(scores)
def test_columns_are_as_high_as_their_share(given_scores: list[float]) -> None:
    found = spread(given_scores)
    assert found is not None
    drawn = plots.histogram(found)
    for column, one in zip(drawn.columns, found.bins, strict=True):
        assert column.count == one.papers
        assert column.height == pytest.approx(plots.HEIGHT * one.papers / max(b.papers for b in found.bins), abs=0.01)
        assert column.y + column.height == pytest.approx(plots.TOP + plots.HEIGHT, abs=0.02)
    assert all(0 <= place <= drawn.width for place, _score in drawn.ticks)
    box = drawn.box
    assert box.least <= box.lower <= box.median <= box.upper <= box.most


def test_two_cohorts_are_drawn_to_one_scale() -> None:
    narrow, wide = spread([50.0] * 4), spread([5.0, 25.0, 45.0, 65.0])
    assert narrow is not None and wide is not None
    tallest = max(map(plots.peak, (narrow, wide)))
    assert max(column.height for column in plots.histogram(narrow, tallest).columns) == plots.HEIGHT
    assert max(column.height for column in plots.histogram(wide, tallest).columns) == plots.HEIGHT / 4
