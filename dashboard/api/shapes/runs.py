"""Runs: listed, whole, asked for and acted on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from dashboard.api.shapes.base import Asked, Id, Json, Name, PageAsked, PageTold, Told
from dashboard.engine.states import RunStatus

ORDERS = Literal["newest", "oldest", "best", "worst", "longest", "shortest"]


class RunFilter(Asked):
    """Which runs; what is left out narrows nothing."""

    status: RunStatus | None = None
    workflow: str = Field("", max_length=200, description="The name of their workflow.")
    q: str = Field("", max_length=200, description="Letters of the paper's title.")
    input: str = Field("", max_length=200, description="Letters of a value they were given.")
    paper: Id | None = None
    dealt: Literal["yes", "no"] | None = Field(None, description="Only failures: dealt with, or not.")


class RunsAsked(RunFilter, PageAsked):
    """Which runs, and in which order."""

    order: ORDERS = Field("newest", description="By score or time only runs that have one.")


class Share(Told):
    """How many of a run's nodes are in a state."""

    status: str
    number: int


class Run(Told):
    """A run as lists tell it."""

    id: int
    status: RunStatus
    paper_id: int | None
    paper: str
    workflow: str
    version: int = Field(description="Of the workflow.")
    score: float | None
    starter: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    dealt_with_at: datetime | None
    shares: list[Share]


class Runs(PageTold):
    items: list[Run]


class Failure(Told):
    """A node that failed for good, and what cannot go on without it."""

    node_id: str
    status: str
    attempt: int
    type: str
    message: str
    frame: str
    blocked: list[str]


class RunWhole(Run):
    """A run with what it was given and what broke in it. `revision` grows with every change of it."""

    revision: int
    input: Json
    passed: int = Field(description="Nodes that did their part.")
    total: int = Field(description="All its nodes.")
    expected_end: datetime | None
    waits_for_workflow: bool
    failures: list[Failure]


class RunAsked(Asked):
    """A run to be started."""

    workflow: Name
    paper: Id
    input: Json = Field(default={}, description="As the workflow's input schema wants it.")
    reuse: bool = Field(True, description="Take over outputs of earlier runs where nothing has changed.")


class RetryWondered(Asked):
    """What would be tried again: all that failed, or one node."""

    node: Name | None = Field(None, description="Left out: every node that failed.")
    from_here: bool = Field(False, description="And everything after it.")


class RetryAsked(RetryWondered):
    """What to try again."""

    revision: int | None = Field(None, ge=0, le=2**63 - 1, description="Refuse when the run has changed since then.")


class RetryPlanned(Told):
    """Which nodes begin anew, how many finished ones stay, and the sentence that says so."""

    resets: list[str]
    keeps: int
    sentence: str


class Retried(RetryPlanned):
    """The same, done."""

    run: RunWhole


class DealtAsked(Asked):
    """How a failure was dealt with."""

    how: str = Field(min_length=1, max_length=300)


class SkipAsked(Asked):
    """Why to go on without a node."""

    reason: str = Field(min_length=1, max_length=300)
