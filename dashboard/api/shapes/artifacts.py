"""Artifacts: the files that nodes left."""

from __future__ import annotations

from datetime import datetime

from dashboard.api.shapes.base import Told


class Artifact(Told):
    """A file of the attempt that counts."""

    id: int
    run_id: int
    node_id: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    created_at: datetime


class Artifacts(Told):
    """All of a run, in the workflow's order."""

    items: list[Artifact]
