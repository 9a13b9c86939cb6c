"""Pause a workflow: runs under way go on, new ones wait, not started, until somebody resumes it.

A start looks for the workflow's row and shares its lock until it commits; a resume deletes the row, and so comes after
every start that saw it. A workflow that is not paused has no row, and its starts lock nothing.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, bindparam, case, func, insert, select

from dashboard.engine import acts, audit
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.tables import run
from dashboard.models import User, WorkflowDefinition, WorkflowPause

LONGEST_REASON = 300

pause_row = cast(Table, WorkflowPause.__table__)
definition = cast(Table, WorkflowDefinition.__table__)

_NAME = select(definition.c.name).where(definition.c.id == bindparam("definition"))
_NAME_OF_RUN = (
    select(definition.c.name)
    .join_from(run, definition, definition.c.id == run.c.definition_id)
    .where(run.c.id == bindparam("run"))
)

_PAUSE = (
    select(pause_row.c.name)
    .where(pause_row.c.name == _NAME.scalar_subquery())
    .with_for_update(read=True)
    .execution_options(point="pause: of definition")
)
_PAUSE_OF_RUN = (
    select(pause_row.c.name)
    .where(pause_row.c.name == _NAME_OF_RUN.scalar_subquery())
    .with_for_update(read=True)
    .execution_options(point="pause: of run")
)
_VERSIONS = (
    select(definition.c.id, definition.c.is_active)
    .where(definition.c.name == bindparam("name"))
    .order_by(definition.c.version)
    .with_for_update()
    .execution_options(point="pause: lock versions")
)


def pause(name: str, reason: str, by: int | None) -> None:
    """No new run of the workflow starts; NotAllowedError when it is paused already."""

    def body(connection: Connection) -> Act[None]:
        definition_id = lock_workflow(connection, name)
        if connection.execute(select(pause_row.c.name).where(pause_row.c.name == name)).first() is not None:
            raise NotAllowedError(f"{name} is paused already.")
        why = reason.strip()[:LONGEST_REASON]
        connection.execute(insert(pause_row).values(name=name, reason=why, paused_by=by, paused_at=now()))
        return act(connection, "pause", name, definition_id, by, {"reason": why})

    acts.perform(body)


def holds(connection: Connection, definition_id: int) -> bool:
    """Whether a run of that definition must wait with its start."""
    return connection.execute(_PAUSE, {"definition": definition_id}).first() is not None


def holds_run(connection: Connection, run_id: int) -> bool:
    """The same of a run that was created."""
    return connection.execute(_PAUSE_OF_RUN, {"run": run_id}).first() is not None


def by_whom() -> ColumnElement[Any]:
    """Who paused the workflow of the query's run, and why: a column of words; NULL where it is not paused."""
    workflow = select(definition.c.name).where(definition.c.id == run.c.definition_id).correlate(run).scalar_subquery()
    who = func.coalesce(User.name, "the engine")
    words = case((pause_row.c.reason == "", who), else_=who + ": " + pause_row.c.reason)
    joined = select(words).select_from(pause_row).outerjoin(User, User.id == pause_row.c.paused_by)
    return joined.where(pause_row.c.name == workflow).correlate(run).scalar_subquery()


def lock_workflow(connection: Connection, name: str) -> int:
    """Lock every version of the workflow; the id of the active one. NotFoundError when there is none of that name."""
    versions = connection.execute(_VERSIONS, {"name": name}).all()
    if not versions:
        raise NotFoundError(f"No workflow is called {name!r}.")
    return int(next((row.id for row in versions if row.is_active), versions[-1].id))


def act(
    connection: Connection, verb: str, name: str, definition_id: int, by: int | None, detail: dict[str, str]
) -> Act[None]:
    """Record what was done to a workflow, which belongs to no team."""
    line = audit.add(connection, f"workflow.{verb}", "definition", definition_id, by=by, detail={"name": name} | detail)
    return Act(line, f"workflow.{verb}", None)
