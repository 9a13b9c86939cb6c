"""What counts as changed between two runs, and what could not be told and so is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboard.engine.differences import Difference, Kind, Side, differences
from dashboard.judging.evidence import Answer

URL = "https://lab.example.org/data"
CODE = "https://github.com/lab/tiny"
FOUND = {"found": True, "absent": False, "url": CODE, "commit": "a" * 40}
GONE = {"found": False, "absent": True, "url": CODE, "commit": "", "reason": "There is no public repository there."}
UNKNOWN = {"found": False, "absent": False, "url": CODE, "commit": "", "reason": "No network."}
CLAIMS = ("neurips", "claims")
BEFORE = Side({}, FOUND, {CLAIMS: Answer.MET, ("neurips", "theory"): Answer.NOT_MET}, 50.0)


def link(alive: bool | None, moved_to: str | None = "", note: str = "there is no such page") -> Side:
    told: dict[str, Any] = {"url": URL, "alive": alive, "note": "" if alive else note}
    return replace(BEFORE, links={URL: told if moved_to is None else {**told, "moved_to": moved_to}})


def kinds(before: Side, after: Side) -> list[str]:
    return [str(one.kind) for one in differences(before, after)]


def test_two_equal_runs_differ_in_nothing() -> None:
    assert kinds(link(True), link(True)) == []


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        (True, False, ["link_died"]),
        (None, False, ["link_died"]),
        (False, True, ["link_back"]),
        (False, False, []),
        (True, None, []),
        (False, None, []),
        (None, True, []),
    ],
)
def test_a_link_dies_and_comes_back_and_what_could_not_be_told_is_no_change(
    was: bool | None, now: bool | None, kind: list[str]
) -> None:
    assert kinds(link(was), link(now)) == kind


def test_a_link_moves_when_its_host_says_so_for_good_and_did_not_before() -> None:
    there, further = "https://new.example.org/", "https://newer.example.org/"
    assert differences(link(True), link(True, there)) == [Difference(Kind.LINK_MOVED, URL, URL, there)]
    assert differences(link(True, there), link(True, further)) == [Difference(Kind.LINK_MOVED, URL, there, further)]
    assert kinds(link(True, there), link(True, there)) == []
    assert kinds(link(True, None), link(True, there)) == []  # the earlier run did not look for that


def test_a_link_that_only_one_run_has_is_no_change() -> None:
    assert kinds(BEFORE, link(False)) == kinds(link(True), BEFORE) == []


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        (FOUND, GONE, ["repository_gone"]),
        (GONE, FOUND, ["repository_back"]),
        (FOUND, UNKNOWN, []),
        (UNKNOWN, FOUND, []),
        (FOUND, {**FOUND, "commit": "b" * 40}, ["new_commits"]),
        (FOUND, {**FOUND, "url": f"{CODE}-2"}, ["repository_moved"]),
        (FOUND, {**FOUND, "url": f"{CODE}-2", "commit": "b" * 40}, ["repository_moved", "new_commits"]),
        (FOUND, {}, []),
    ],
)
def test_a_repository_goes_comes_back_moves_and_grows(was: Any, now: Any, kind: list[str]) -> None:
    assert kinds(replace(BEFORE, repository=was), replace(BEFORE, repository=now)) == kind


def test_criteria_and_scores_are_told_with_what_they_were() -> None:
    after = replace(BEFORE, answers={CLAIMS: Answer.NOT_MET, ("ours", "new"): Answer.MET}, score=40.5)
    assert differences(BEFORE, after) == [
        Difference(Kind.CRITERION, "neurips/claims", "met", "not_met"),
        Difference(Kind.SCORE, "score", "50", "40.5"),
    ]


def test_a_run_without_a_score_has_no_score_that_differs() -> None:
    assert kinds(BEFORE, replace(BEFORE, score=None)) == []
