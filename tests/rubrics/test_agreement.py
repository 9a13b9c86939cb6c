"""The measures of agreement, against figures worked out by hand."""

from __future__ import annotations

import pytest

from dashboard.judging.agreement import Confusion, concord, confusion
from dashboard.judging.evidence import Answer

MET, NOT, NA, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.NOT_APPLICABLE, Answer.NOT_ASSESSED


def test_met_is_what_is_looked_for() -> None:
    pairs = [(MET, MET)] * 6 + [(MET, NOT)] + [(NOT, MET)] * 2 + [(NOT, NOT)] * 3
    found = confusion(pairs)
    assert (found.hits, found.false_alarms, found.misses, found.right_negatives) == (6, 1, 2, 3)
    assert found.precision == pytest.approx(6 / 7) and found.recall == pytest.approx(6 / 8)
    assert found.mcc == pytest.approx((6 * 3 - 1 * 2) / (7 * 5 * 8 * 4) ** 0.5)


def test_not_applicable_is_not_met() -> None:
    assert confusion([(MET, NA), (NA, NOT)]) == Confusion(false_alarms=1, right_negatives=1)


def test_what_either_could_not_assess_is_counted_apart() -> None:
    found = confusion([(UNKNOWN, MET), (MET, UNKNOWN), (MET, MET)])
    assert (found.number, found.unassessed, found.accuracy) == (1, 2, 1.0)


def test_without_anything_to_compare_there_is_no_figure() -> None:
    empty = confusion([])
    assert (empty.accuracy, empty.precision, empty.recall, empty.mcc) == (None, None, None, None)


def test_one_sided_answers_have_no_correlation() -> None:
    assert confusion([(MET, MET), (MET, NOT)]).mcc is None


def test_confusions_add_up() -> None:
    assert Confusion(1, 2, 3, 4, 5) + Confusion(1, 1, 1, 1, 1) == Confusion(2, 3, 4, 5, 6)


def test_kappa_is_what_is_left_after_chance() -> None:
    pairs = [(MET, MET)] * 20 + [(MET, NOT)] * 5 + [(NOT, MET)] * 10 + [(NOT, NOT)] * 15
    found = concord(pairs)
    assert (found.number, found.same, found.raw) == (50, 35, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_people_who_always_say_the_same_leave_nothing_to_chance() -> None:
    assert concord([(MET, MET)] * 3).kappa is None
    assert concord([]).raw is None


def test_people_who_never_agree_are_below_chance() -> None:
    assert concord([(MET, NOT), (NOT, MET)]).kappa == -1.0
