"""Folding changes characters and never loses their places."""

from __future__ import annotations

import unicodedata
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.papers.folding import fold


def boxes_for(text: str) -> array[float]:
    """Character n stands from n to n + 1."""
    return array("f", [side for n in range(len(text)) for side in (n, 10, n + 1, 0)])


@pytest.mark.parametrize(
    ("found", "stored", "lefts"),
    [
        ("plain", "plain", [0, 1, 2, 3, 4]),
        ("e\ufb03cient", "efficient", [0, 1, 1, 1, 2, 3, 4, 5, 6]),
        ("cafe\u0301s", "cafés", [0, 1, 2, 3, 5]),
        ("a\u00a0b\tc", "a b c", [0, 1, 2, 3, 4]),
        ("di\u00advide\ufffe", "divide", [0, 1, 3, 4, 5, 6]),
        ("nul\x00l", "null", [0, 1, 2, 4]),
        ("\u1112\u1161\u11ab", "한", [0]),
        ("\u212bngstrom", "Ångstrom", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("half \ud83d of it", "half  of it", [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]),
    ],
)
def test_it_folds(found: str, stored: str, lefts: list[float]) -> None:
    text, boxes = fold(found, boxes_for(found))
    assert text == stored
    assert list(boxes[0::4]) == lefts


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_it_keeps_a_box_for_every_character_of_any_text(found: str) -> None:
    text, boxes = fold(found, boxes_for(found))
    assert len(boxes) == 4 * len(text)
    assert unicodedata.is_normalized("NFC", text)
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("found", "lefts", "stored"),
    [
        ("on \u00b4ıa", [0, 5, 10, 15, 15, 20], "on ía"),
        ("n\u02dcao", [0, 5, 5, 10], "não"),
        ("ac\u00b8\u02dcao", [0, 5, 5, 10, 10, 15], "ação"),
        ("`a la", [0, 0, 5, 10, 15], "à la"),
        ("f\u00b4 x", [0, 5, 10, 15], "f\u00b4 x"),
        ("x\u02dca", [0, 5, 10], "x\u02dca"),
    ],
)
def test_it_sets_an_accent_on_the_letter_it_is_printed_over(found: str, lefts: list[int], stored: str) -> None:
    boxes = array("f", [side for left in lefts for side in (left, 10, left + 5, 0)])
    text, places = fold(found, boxes)
    assert text == stored
    assert len(places) == 4 * len(text)
