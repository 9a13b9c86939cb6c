"""Words are found where they stand, however a model sets them, and nowhere else."""

from __future__ import annotations

import pytest

from jobs.agents.quotable import Quotable

STORED = (
    "We use a ﬁxed  seed of 42 and a learn-\ning rate of 0.15 in “all” runs; code is released1 here. Ångström–scale."
)


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("a fixed seed of 42", "a ﬁxed  seed of 42"),
        ("learning rate of 0.15", "learn-\ning rate of 0.15"),
        ('in "all" runs; code', "in “all” runs; code"),
        ("WE USE A FIXED SEED", "We use a ﬁxed  seed"),
        ("code is released", "code is released"),
        ("A\u030angstro\u0308m-scale", "Ångström–scale"),
    ],
)  # fmt: skip
def test_it_finds_words_set_otherwise(said: str, stored: str) -> None:
    found = Quotable(STORED).find(said)
    assert found is not None and STORED[slice(*found)] == stored


@pytest.mark.parametrize(
    "said",
    [
        "learning rate of 0.1",  # cuts a number
        "learning rate of 0",
        "learning rate of 0.2",
        "e use a fixed seed",  # cuts a word
        "code is releas",
        "seed of 4",
        "We use",  # too few to prove anything
        "",
        "...",
        "We use a fixed seed of 43",
    ],
)
def test_it_finds_nothing_that_is_not_said(said: str) -> None:
    assert Quotable(STORED).find(said) is None


def test_words_cut_at_one_place_are_found_whole_at_another() -> None:
    text = "a learning rate of 0.15, then a learning rate of 0.1 at last"
    found = Quotable(text).find("learning rate of 0.1")
    assert found is not None and found[0] > 20


def test_it_finds_words_without_spaces_between_them() -> None:
    text = "我们使用固定的随机种子四十二进行实验"
    assert Quotable(text).find("固定的随机 种子") == (4, 11)
    assert Quotable(text).find("种子") is None
