"""Workflow definitions and their versions."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from dashboard.api.shapes.base import Json, Told


class Pause(Told):
    """Since when nothing of it starts, who said so and why."""

    by: str | None
    at: datetime
    reason: str


class Workflow(Told):
    """A workflow by its active version."""

    name: str
    version: int
    description: str
    nodes: int = Field(description="How many it has.")
    pause: Pause | None


class Workflows(Told):
    items: list[Workflow]


class Version(Told):
    """A version, which never changes once saved."""

    version: int
    is_active: bool
    description: str
    created_at: datetime


class Versions(Told):
    """The newest and the active one, newest first."""

    items: list[Version]


class VersionWhole(Version):
    """A version with its shape and the schema its input must fit."""

    name: str
    dag: Json
    input_schema: Json
