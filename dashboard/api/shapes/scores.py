"""Scores of a run criterion by criterion, and what people say of them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from dashboard.api.shapes.base import Asked, Name, Told
from dashboard.judging.evidence import Answer


class ScoresAsked(Asked):
    """By which rubric: `neurips@2025.1`; left out, the first the run was judged by."""

    rubric: str = Field("", max_length=200)


class Quote(Told):
    """Words of the paper; only verified ones count."""

    page: int
    text: str
    verified: bool


class Place(Told):
    """A line of the paper's repository; 0 means the file."""

    path: str
    line: int
    commit: str
    text: str


class Criterion(Told):
    """A criterion with the checks' answer and the one that stands for you: others' rulings are told once you ruled."""

    id: str
    title: str
    question: str
    about: str
    answer: Answer
    reason: str
    assessor: str
    stands: Answer
    quotes: list[Quote]
    places: list[Place]


class Counts(Told):
    """How many criteria have which answer; the score is the share of met among assessed, 0 to 100."""

    met: int
    not_met: int
    not_applicable: int
    not_assessed: int
    score: int | None


class Scores(Told):
    """A run under one rubric; `rubrics` names those it was judged by."""

    rubric: str
    title: str
    rubrics: list[str]
    commit: str
    counts: Counts = Field(description="Rulings of all people included.")
    criteria: list[Criterion]


class RescoreAsked(Asked):
    """By which rubric, such as `miccai` or `neurips@2025.1`."""

    rubric: Name


class Rescored(Told):
    """The rubric with the version it was: its scores are there from now on."""

    rubric: str


class RulingAsked(Asked):
    """What you say of a criterion. Overruling the checks needs a reason."""

    rubric: Name
    criterion: Name
    answer: Answer
    reason: str = Field("", max_length=4000)


class Ruling(Told):
    """What a person said."""

    id: int
    rubric: str
    criterion: str
    found: Answer
    answer: Answer
    reason: str
    who: str
    when: datetime
    withdrawn: datetime | None


class Rulings(Told):
    """Those that hold for the run, as far as you may see them."""

    items: list[Ruling]
