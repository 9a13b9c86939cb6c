"""Versions of a rubric: which criteria a newer one judges differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dashboard.engine import rubrics
from dashboard.engine.errors import NotFoundError
from dashboard.judging.criterion import Criterion
from dashboard.judging.judgement import JudgedRubric
from dashboard.reads.causes import NOTHING, Change, rubric_change


def new_versions(team_id: int, pairs: Sequence[tuple[JudgedRubric, JudgedRubric]]) -> Iterator[Change]:
    """The rubrics that judged the two runs at different versions."""
    for was, now in pairs:
        if was.version != now.version:
            defined = [_criteria(team_id, now.id, one.version) for one in (was, now)]
            redefined, reworded = _redefined(*defined) if all(defined) else (None, NOTHING)
            yield rubric_change(now.id, now.title, was.version, now.version, redefined, reworded)


def _criteria(team_id: int, name: str, version: str) -> dict[str, Criterion]:
    """The rubric's criteria at that version; none where it is no longer there."""
    try:
        return {one.id: one for one in rubrics.resolve(team_id, f"{name}@{version}").criteria}
    except NotFoundError:
        return {}


def _redefined(
    before: Mapping[str, Criterion], after: Mapping[str, Criterion]
) -> tuple[frozenset[str], frozenset[str]]:
    """The criteria that are judged differently, and those of which only what counts is said in other words."""
    other = {key for key, one in after.items() if before.get(key) != one}
    reworded = frozenset(
        key for key in other if key in before and replace(before[key], counts=after[key].counts) == after[key]
    )
    return frozenset(other) - reworded, reworded
