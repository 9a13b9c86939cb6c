"""What retention has removed of a run, for those who would need it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from dashboard.engine.errors import NotAllowedError
from dashboard.engine.tables import run


def look_for_files(connection: Connection, run_id: int) -> None:
    """NotAllowedError where the files of that run were removed."""
    removed_at = connection.execute(select(run.c.artifacts_removed_at).where(run.c.id == run_id)).scalar()
    if removed_at is not None:
        raise NotAllowedError(
            f"The files of run {run_id} were removed on {removed_at:%Y-%m-%d} by retention: start a new run instead."
        )
