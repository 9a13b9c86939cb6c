"""Badges: what a paper may show off, earned in code from verified answers, and what a reader is warned of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

import yaml

from dashboard.judging.criterion import FOLDER
from dashboard.judging.evidence import Answer


@dataclass(frozen=True)
class Badge:
    """Something a paper earned, or a warning."""

    id: str
    title: str
    kind: Literal["earned", "warning"] = "earned"


WARNINGS = {
    "instructions": Badge("instructions", "Instructions to a model", "warning"),
    "hidden": Badge("hidden_text", "Hidden text", "warning"),
}


@cache
def badges() -> Mapping[Badge, frozenset[str]]:
    """Each badge with the criteria it needs."""
    records = yaml.safe_load((FOLDER / "badges.yaml").read_text("utf-8"))
    return {Badge(record["id"], record["title"]): frozenset(record["needs"]) for record in records}


def earned(rubrics: Mapping[str, Mapping[str, Answer]]) -> list[dict[str, Any]]:
    """The badges whose every criterion is met. One that needs a rubric the run did not use is not given."""
    met = {f"{rubric}/{name}" for rubric, answers in rubrics.items() for name in _met(answers)}
    return [asdict(badge) for badge, needs in badges().items() if needs <= met]


def warned(screened: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The warnings that what `screen_text` found calls for."""
    return [asdict(badge) for name, badge in WARNINGS.items() if screened.get(name)]


def _met(answers: Mapping[str, Answer]) -> list[str]:
    return [name for name, answer in answers.items() if answer is Answer.MET]
