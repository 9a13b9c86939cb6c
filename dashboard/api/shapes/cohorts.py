"""Cohorts: papers looked at together."""

from __future__ import annotations

from pydantic import Field

from dashboard.api.shapes.base import Asked, Id, Name, PageAsked, PageTold, Told


class Cohort(Told):
    """A cohort; `judged` papers have a run with answers."""

    id: int
    name: str
    description: str
    papers: int
    judged: int


class Cohorts(Told):
    """The team's, by name."""

    items: list[Cohort]


class CohortAsked(Asked):
    """A cohort to be made."""

    name: Name
    description: str = Field("", max_length=2000)


class Member(Told):
    """A paper of a cohort, its newest run, and its newest run with answers."""

    paper_id: int
    title: str
    run_id: int | None
    status: str | None
    judged_run: int | None


class Members(PageTold):
    items: list[Member]


class MembersAsked(PageAsked):
    """A part of a cohort's papers, by title."""


class PapersAdded(Asked):
    """Papers of the team to put in."""

    papers: list[Id] = Field(min_length=1, max_length=5000)


class PaperRemoved(Asked):
    """A paper to take out."""

    paper: Id


class Removed(Told):
    """The cohort that is gone."""

    removed: int


class PapersRescored(Told):
    """How many papers were scored, and how many runs had stored nothing to judge."""

    scored: int
    refused: int


class Added(Told):
    """How many were not in yet."""

    added: int


class StartAsked(Asked):
    """What to start on each paper where it is not under way and has not succeeded."""

    workflow: Name
    again: bool = Field(False, description="Also where it has succeeded.")


class Started(Told):
    """On how many papers a run was started."""

    started: int


class SheetAsked(Asked):
    """By which rubric, `neurips` or one version of it as `neurips@2025.1`."""

    rubric: str = Field("neurips", min_length=1, max_length=200)
