"""Nodes of a run, their attempts and their logs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from dashboard.api.shapes.base import Asked, Json, Told
from dashboard.engine.states import NodeStatus

Level = Literal["debug", "info", "warning", "error"]


class Node(Told):
    """A node where it stands. `wait` says why it does not run; times are those of its last attempt."""

    node_id: str
    handler: str
    queue: str
    status: NodeStatus
    attempt: int
    done: int
    total: int
    wait: str
    worker: str
    started_at: datetime | None
    finished_at: datetime | None
    reused_from_run: int | None


class Nodes(Told):
    """All nodes of a run, in the workflow's order."""

    items: list[Node]


class Attempt(Told):
    """A finished attempt."""

    attempt: int
    generation: int
    outcome: str
    worker: str
    started_at: datetime | None
    finished_at: datetime
    error_type: str | None
    error_message: str | None
    error_frame: str | None
    traceback: str | None
    reused_from_run: int | None


class Attempts(Told):
    """Newest first."""

    items: list[Attempt]


class Question(Told):
    """What a node asked people, with the answer once there is one."""

    key: str
    words: str
    choices: list[str] = Field(description="One of these is the answer; any words where there are none.")
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class NodeWhole(Node):
    """A node with what it was given, what its last attempt handed on, and what it asked."""

    inputs: dict[str, Json | None]
    output: Json | None
    questions: list[Question]


class HoldAsked(Asked):
    """Why a node is to wait."""

    reason: str = Field(min_length=1, max_length=300)


class AnswerAsked(Asked):
    """The answer to a question."""

    key: str = Field(min_length=1, max_length=200)
    answer: str = Field(max_length=10_000)


class LogAsked(Asked):
    """Which lines; what is left out narrows nothing."""

    attempt: int | None = Field(None, ge=1, le=2**31 - 1, description="Left out: the last.")
    level: Level = Field("debug", description="At least that severe.")
    q: str = Field("", max_length=200, description="Letters in the line.")
    after: int = Field(0, ge=0, le=2**31 - 1, description="Only lines after that one: ask so again to follow.")
