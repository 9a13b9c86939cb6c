"""Failures that a person has dealt with, and how: they need nobody's attention until the run fails again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from dashboard.engine import acts, settling
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotAllowedError
from dashboard.engine.states import RunStatus
from dashboard.engine.tables import run

LONGEST_REASON = 300
OPEN: dict[str, Any] = {"dealt_with_at": None, "dealt_with_by": None, "dealt_with_how": None}


def deal_with(run_id: int, how: str, by: int | None) -> None:
    """Mark a failed run as dealt with. NotAllowedError when it has not failed, InvalidInputError without a how."""
    how = how.strip()[:LONGEST_REASON]
    if not how:
        raise InvalidInputError("Say how it was dealt with: whoever looks at the run later will want to know.")

    def body(connection: Connection) -> Act[None]:
        status = settling.lock_run(connection, run_id)
        if status != RunStatus.FAILED:
            raise NotAllowedError(f"Run {run_id} is {status.lower()}: only a failure is dealt with.")
        settling.grow_version(connection, run_id, dealt_with_at=now(), dealt_with_by=by, dealt_with_how=how)
        return acts.on_run(connection, run_id, "run.deal_with", by, {"before": None, "after": how}, None)

    acts.perform(body)


def reopen(run_id: int, by: int | None) -> None:
    """Take the mark off. NotAllowedError when there is none."""

    def body(connection: Connection) -> Act[None]:
        settling.lock_run(connection, run_id)
        how = connection.execute(select(run.c.dealt_with_how).where(run.c.id == run_id)).scalar()
        if how is None:
            raise NotAllowedError(f"Nobody has marked run {run_id} as dealt with.")
        settling.grow_version(connection, run_id, **OPEN)
        return acts.on_run(connection, run_id, "run.reopen", by, {"before": how, "after": None}, None)

    acts.perform(body)
