"""Drain a worker: it finishes the node it has and takes no more, until that is undone or the worker ends."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, null, select, update

from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.transactions import reading
from dashboard.models import WorkerReport

_ASKED = (
    select(WorkerReport.drain_at)
    .where(WorkerReport.name == bindparam("worker"))
    .execution_options(point="drain: asked")
)  # fmt: skip


def drain(worker: str, by: int | None) -> None:
    """Ask it of the worker; NotFoundError when none of that name has reported, NotAllowedError when it is asked."""
    acts.perform(lambda connection: _change(connection, worker, by, "drain", drain_at=now(), drain_by=by))


def undo(worker: str, by: int | None) -> None:
    """The worker takes nodes again; NotAllowedError when nobody has asked it to drain."""
    acts.perform(lambda connection: _change(connection, worker, by, "undo_drain", drain_at=null(), drain_by=null()))


def is_asked_of(worker: str) -> bool:
    """Whether the worker is to take no more nodes."""
    with reading() as connection:
        return connection.execute(_ASKED, {"worker": worker}).scalar() is not None


def _change(connection: Connection, worker: str, by: int | None, verb: str, **values: Any) -> Act[None]:
    found = connection.execute(_ASKED.with_for_update(), {"worker": worker}).first()
    if found is None:
        raise NotFoundError(f"No worker is called {worker!r}. It may have ended since you looked.")
    if (found.drain_at is not None) == (verb == "drain"):
        raise NotAllowedError(f"{worker} {'is asked to drain already' if verb == 'drain' else 'takes nodes'}.")
    connection.execute(update(WorkerReport).where(WorkerReport.name == worker).values(**values))
    return Act(audit.add(connection, f"worker.{verb}", "worker", None, by=by, detail={"worker": worker}),
               f"worker.{verb}", None)  # fmt: skip
