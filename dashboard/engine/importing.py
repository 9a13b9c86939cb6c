"""Runs that ran in another system: they are written as they ended there, and never run here.

Their workflow is a version below 1 of the one that takes their place: no new run takes it, what a version's runs
usually take is not bent by theirs, and "run again" starts the version that is active.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select, update

from dashboard.engine import acts, audit, dag, layout, room
from dashboard.engine.acts import Act
from dashboard.engine.clock import now
from dashboard.engine.outcomes import MESSAGE_LIMIT, TRACEBACK_LIMIT, KeptArtifact, LogLine
from dashboard.engine.states import NodeStatus, Outcome, RunStatus
from dashboard.engine.tables import artifact, attempt, log, node, run
from dashboard.engine.transactions import writing
from dashboard.models import ImportedRun, WorkflowDefinition

imported_run = cast(Table, ImportedRun.__table__)

_OUTCOMES = {NodeStatus.SUCCEEDED: Outcome.SUCCEEDED, NodeStatus.FAILED: Outcome.FAILED}


@dataclass(frozen=True)
class PastNode:
    """A node as it ended elsewhere. Only one that succeeded has an output and files, only one that failed an error."""

    node_id: str
    status: NodeStatus
    finished_at: datetime
    started_at: datetime | None = None
    output: Mapping[str, Any] | None = None
    error_type: str = ""
    error: str = ""
    traceback: str = ""
    lines: tuple[LogLine, ...] = ()
    files: tuple[KeptArtifact, ...] = ()
    why_skipped: str | None = None


@dataclass(frozen=True)
class Origin:
    """Where a run comes from: the other system, the keys of its row and its paper there, a hash of what was read."""

    source: str
    row_key: str
    paper_key: str | None
    digest: str


@dataclass(frozen=True)
class PastRun:
    """A run as it ended elsewhere."""

    origin: Origin
    status: RunStatus
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime
    started_by: int | None
    nodes: tuple[PastNode, ...]


def definition(name: str, shape: Mapping[str, Any], description: str) -> WorkflowDefinition:
    """The version below 1 that has that shape, saved where there is none yet. InvalidInputError as `dag.parse`."""
    record = dag.as_record(dag.parse(shape))
    with writing() as session:
        versions = select(WorkflowDefinition).where(WorkflowDefinition.name == name, WorkflowDefinition.version < 1)
        earlier = session.scalars(versions.with_for_update()).all()
        if known := next((one for one in earlier if one.dag == record), None):
            return known
        saved = WorkflowDefinition(
            name=name, version=min((one.version for one in earlier), default=1) - 1, description=description,
            dag=record, input_schema={"type": "object"}, is_active=False, created_at=now(),
        )  # fmt: skip
        session.add(saved)
        session.flush()
        detail = {"name": name, "version": saved.version}
        audit.add(session.connection(), "definition.import", "definition", saved.id, detail=detail)
    return saved


def save(past: PastRun, workflow: WorkflowDefinition, team_id: int, paper_id: int) -> int:
    """Write the run with all it left, in one transaction; its id. NotAllowedError where the team has no room."""
    shape = dag.from_record(workflow.dag)
    values = {"team_id": team_id, "paper_id": paper_id, "definition_id": workflow.id, "input": {}}

    def body(connection: Connection) -> Act[int]:
        room.look_for_run(connection, team_id)
        run_id = layout.save(connection, values, shape)
        _end(connection, run_id, past)
        keys = {row.node_id: row.id for row in connection.execute(_nodes_of(run_id))}
        for one in past.nodes:
            _write(connection, run_id, keys[one.node_id], one, past.origin.source)
        connection.execute(
            insert(imported_run).values(team_id=team_id, run_id=run_id, imported_at=now(), **vars(past.origin))
        )
        detail = {"source": past.origin.source, "row": past.origin.row_key, "paper": paper_id}
        return Act(audit.add(connection, "run.import", "run", run_id, team_id, None, detail), "run.import", run_id)

    return acts.perform(body)


def _nodes_of(run_id: int) -> Any:
    return select(node.c.node_id, node.c.id).where(node.c.run_id == run_id)


def _end(connection: Connection, run_id: int, past: PastRun) -> None:
    """A failure of long ago needs nobody's attention."""
    has_failed = past.status == RunStatus.FAILED
    how = {"dealt_with_at": now(), "dealt_with_how": f"It failed in {past.origin.source}."[:300]} if has_failed else {}
    began = past.started_at
    ended = update(run).where(run.c.id == run_id).values(
        status=past.status, created_at=past.created_at, started_at=began, finished_at=past.finished_at,
        seconds=(past.finished_at - began).total_seconds() if began else None, started_by=past.started_by,
        stored_bytes=sum(file.bytes for one in past.nodes for file in one.files), **how,
    )  # fmt: skip
    connection.execute(ended)


def _write(connection: Connection, run_id: int, key: int, past: PastNode, source: str) -> None:
    """The node as it ended, and the attempt at it where there was one."""
    outcome = _OUTCOMES.get(past.status)
    succeeded, failed = outcome == Outcome.SUCCEEDED, outcome == Outcome.FAILED
    worker, number = (source, 1) if outcome else (None, 0)
    connection.execute(update(node).where(node.c.id == key).values(
        status=past.status, finished_at=past.finished_at, wait_reason=past.why_skipped, attempt=number,
        committed_attempt=1 if succeeded else None, failures=int(failed), claimed_by=worker, claimed_at=past.started_at,
    ))  # fmt: skip
    if outcome is None:
        return
    connection.execute(insert(attempt).values(
        node_id=key, attempt=1, generation=0, outcome=outcome, worker=worker, started_at=past.started_at,
        finished_at=past.finished_at, output=past.output, error_type=past.error_type[:200] or None,
        error_message=past.error[:MESSAGE_LIMIT] if failed else None,
        traceback=past.traceback[-TRACEBACK_LIMIT:] or None,
    ))  # fmt: skip
    whose = {"run_id": run_id, "node_id": key, "attempt": 1}
    if past.lines:
        connection.execute(insert(log), [{**whose, **vars(line)} for line in past.lines])
    if past.files:
        connection.execute(insert(artifact).values(created_at=now()), [{**whose, **vars(one)} for one in past.files])
