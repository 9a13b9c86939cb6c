"""What people do: each act happens once and leaves a line in the audit trail, even if the answer to COMMIT is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, select

from dashboard.engine import audit
from dashboard.engine.tables import run
from dashboard.engine.transactions import persist, reading
from dashboard.models import AuditEvent

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


@dataclass(frozen=True)
class Act(Generic[Result_co]):
    """An act within its transaction: its line in the audit trail, and what the verb answers."""

    audit_id: int
    action: str
    result: Result_co


def perform(body: Callable[[Connection], Act[Result]]) -> Result:
    """Run the act in a transaction, again when the database fails in passing; never twice.

    Where nobody knows whether COMMIT took, the act's own line in the audit trail tells: without that look a second
    try would find the run moved on, and tell the person "not allowed" although their act took.
    """
    return persist(body, landed=_is_recorded).result


def on_run(
    connection: Connection, run_id: int, action: str, by: int | None, detail: dict[str, Any], result: Result
) -> Act[Result]:
    """Record what was done to a run, and answer `result`."""
    team_id = connection.execute(select(run.c.team_id).where(run.c.id == run_id)).scalar()
    return Act(audit.add(connection, action, "run", run_id, team_id, by, detail), action, result)


def _is_recorded(act: Act[Any]) -> bool:
    line = select(AuditEvent.id).where(AuditEvent.id == act.audit_id, AuditEvent.action == act.action)
    with reading() as connection:
        return connection.execute(line).first() is not None
