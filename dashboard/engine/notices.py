"""Notices: what happened is written down in the transaction in which it happens, and told to people afterwards.

The rows are an outbox. Whoever writes one waits for nobody: no mail server, no webhook, no other row. `spreading` makes
letters and calls of them, `jobs.notices` sends those.
"""

from __future__ import annotations

from enum import StrEnum
from typing import cast

from sqlalchemy import Connection, Table, bindparam, insert, select

from dashboard.engine.clock import now
from dashboard.engine.states import RunStatus
from dashboard.engine.tables import run
from dashboard.models import Notice

notice = cast(Table, Notice.__table__)


class Event(StrEnum):
    """What people can be told of."""

    FINISHED = "run.finished"
    FAILED = "run.failed"
    STUCK = "run.stuck"  # it moves no more, and nothing of it runs
    BATCH_DONE = "batch.done"  # the last run of a bulk action, or of a cohort's start, has ended
    RECHECK_CHANGED = "recheck.changed"  # a later check of the same papers found something else


_OF_RUN = {RunStatus.SUCCEEDED: Event.FINISHED, RunStatus.FAILED: Event.FAILED}

_its = run.c.id == bindparam("row")
_ADD_OF_RUN = (
    insert(notice)
    .values(
        event=bindparam("kind"),
        run_id=bindparam("row"),
        team_id=select(run.c.team_id).where(_its).scalar_subquery(),
        user_id=select(run.c.started_by).where(_its).scalar_subquery(),
        at=now(),
    )
    .execution_options(point="settle: notice", deferred=True)
)

# What was told under that key stays told.
_ADD = insert(notice).prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite")


def run_ended(connection: Connection, run_id: int, end: RunStatus) -> None:
    """Tell that the run has ended so, within the transaction that ends it. Nobody is told what a person cancelled."""
    if event := _OF_RUN.get(end):
        connection.execute(_ADD_OF_RUN, {"row": run_id, "kind": event})


def tell(
    connection: Connection,
    event: Event,
    team_id: int,
    key: str,
    title: str,
    path: str,
    by: int | None = None,
    run_id: int | None = None,
) -> None:
    """Tell the team of something within the caller's transaction, once for each `key` (64 ASCII characters at most).

    `title` is the sentence people read, `path` the page that shows it (`/cohorts/7`), `by` the person whose doing it
    was: they hear of it where they asked for what is theirs.
    """
    values = {"event": event, "team_id": team_id, "key": key, "title": title[:300], "path": path[:300],
              "user_id": by, "run_id": run_id, "at": now()}  # fmt: skip
    connection.execute(_ADD.values(**values))
