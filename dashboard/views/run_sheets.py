"""The sheet of runs: a row a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from dashboard.reads.runs import RunRow

COLUMNS = ["run", "state", "paper", "title", "workflow", "version", "score", "starter",
           "created", "started", "finished", "seconds"]  # fmt: skip


def rows(runs: Iterable[RunRow]) -> Iterator[list[Any]]:
    """Times are UTC."""
    yield COLUMNS
    for run in runs:
        seconds = run.lasted.total_seconds() if run.lasted else None
        yield [run.id, run.status, run.paper_id, run.paper, run.workflow, run.version, run.score, run.starter,
               _utc(run.created_at), _utc(run.started_at), _utc(run.finished_at), seconds]  # fmt: skip


def _utc(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
