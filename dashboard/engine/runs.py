"""Runs: create, start, pause, resume, cancel."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, update

from dashboard import telemetry
from dashboard.engine import acts, audit, dag, definitions, doorbell, layout, pausing, places, room, settling
from dashboard.engine.acts import Act, Result
from dashboard.engine.clock import now
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.engine.states import NodeStatus, RunStatus, may_run_move
from dashboard.engine.tables import node, run
from dashboard.extensions import db
from dashboard.models import WorkflowDefinition


def create(
    definition_id: int,
    paper_id: int | None,
    team_id: int,
    given: dict[str, Any],
    by: int | None,
    may_reuse: bool = True,
) -> int:
    """Save a run with all its nodes; its id. InvalidInputError when the input does not fit the definition.

    With `may_reuse` false every node runs, also those that could take the output of an earlier success.
    """
    shape = _shape(definition_id, given)

    def body(connection: Connection) -> Act[int]:
        values = {"team_id": team_id, "paper_id": paper_id, "definition_id": definition_id, "input": given,
                  "may_reuse": may_reuse, "started_by": by}  # fmt: skip
        room.look_for_run(connection, team_id)
        run_id = layout.save(connection, values, shape)
        line = audit.add(connection, "run.create", "run", run_id, team_id, by, {"paper": paper_id})
        return Act(line, "run.create", run_id)

    return acts.perform(body)


def start(run_id: int, by: int | None) -> None:
    """Make the nodes without parents ready, or let the run wait: for its paused workflow, for a place of its team."""

    def body(connection: Connection) -> Act[list[str]]:
        status = _lock_for(connection, run_id, RunStatus.RUNNING, from_only={RunStatus.CREATED})
        if pausing.holds_run(connection, run_id):
            return _wait(connection, run_id, by, "its paused workflow", waits_for_workflow=True, waits_for_place=False)
        if places.are_full(connection, _team_of(connection, run_id)):
            return _wait(connection, run_id, by, "a place of its team", waits_for_workflow=False, waits_for_place=True)
        queues = layout.ready_first(connection, run_id)
        begun = {"started_at": now(), "waits_for_workflow": False, "waits_for_place": False}
        return _move(connection, run_id, status, RunStatus.RUNNING, by, queues, **begun)

    begun, queues = time.time_ns(), acts.perform(body)
    _tell_of(run_id, begun, queues)


def create_and_start(
    definition_id: int,
    paper_id: int | None,
    team_id: int,
    given: dict[str, Any],
    by: int | None,
    may_reuse: bool = True,
) -> int:
    """Create a run and start it in one transaction; its id."""
    shape = _shape(definition_id, given)

    def body(connection: Connection) -> Act[tuple[int, list[str]]]:
        values = {"team_id": team_id, "paper_id": paper_id, "definition_id": definition_id, "input": given,
                  "may_reuse": may_reuse, "started_by": by}  # fmt: skip
        room.look_for_run(connection, team_id)
        run_id, queues = layout.save_started(connection, values, shape)
        line = audit.add(connection, "run.start", "run", run_id, team_id, by, {"paper": paper_id})
        return Act(line, "run.start", (run_id, queues))

    begun, (run_id, queues) = time.time_ns(), acts.perform(body)
    _tell_of(run_id, begun, queues)
    return run_id


def pause(run_id: int, by: int | None) -> None:
    """Nodes under way finish; no other is claimed."""

    def body(connection: Connection) -> Act[None]:
        status = _lock_for(connection, run_id, RunStatus.PAUSED)
        _shift(connection, run_id, {NodeStatus.READY}, status=NodeStatus.HELD)
        return _move(connection, run_id, status, RunStatus.PAUSED, by, None)

    acts.perform(body)


def resume(run_id: int, by: int | None) -> None:
    """What the pause held is ready again; what a person holds stays held."""

    def body(connection: Connection) -> Act[list[str]]:
        status = _lock_for(connection, run_id, RunStatus.RUNNING, from_only={RunStatus.PAUSED})
        unheld = {"status": NodeStatus.READY, "at_gate": None, "wait_reason": None}
        queues = _shift(connection, run_id, {NodeStatus.HELD}, node.c.hold_reason.is_(None), **unheld)
        return _move(connection, run_id, status, RunStatus.RUNNING, by, queues)

    doorbell.ring(acts.perform(body))


def cancel(run_id: int, by: int | None) -> None:
    """Nodes that have not begun are cancelled; those under way are told to stop, and the run ends when they have."""

    acts.perform(lambda connection: cancel_within(connection, run_id, by))


def cancel_within(connection: Connection, run_id: int, by: int | None) -> Act[None]:
    """The same within the caller's transaction."""
    status = _lock_for(connection, run_id, RunStatus.CANCELLED, from_only=set(RunStatus) - {RunStatus.CANCELLING})
    waiting = {NodeStatus.PENDING, NodeStatus.READY, NodeStatus.HELD}
    over = {"status": NodeStatus.CANCELLED, "finished_at": now(), "at_gate": None, "wait_reason": None}
    _shift(connection, run_id, waiting, **over)
    _shift(connection, run_id, {NodeStatus.RUNNING}, cancel_requested=True)
    act = _move(connection, run_id, status, RunStatus.CANCELLING, by, None)
    settling.settle(connection, run_id, RunStatus.CANCELLING)
    return act


def _tell_of(run_id: int, begun: int, queues: list[str]) -> None:
    """The run has started, or it waits: then no queue has anything to do."""
    doorbell.ring(queues)
    if queues:
        telemetry.run_started(run_id, begun)


def _wait(connection: Connection, run_id: int, by: int | None, what_for: str, **waits: bool) -> Act[list[str]]:
    """The run is to start by itself, once it can."""
    settling.grow_version(connection, run_id, **waits)
    return acts.on_run(connection, run_id, "run.start", by, {"waits_for": what_for}, [])


def _team_of(connection: Connection, run_id: int) -> int:
    return int(connection.execute(select(run.c.team_id).where(run.c.id == run_id)).scalar_one())


def _lock_for(
    connection: Connection,
    run_id: int,
    target: RunStatus,
    from_only: Iterable[RunStatus] = RunStatus,
) -> RunStatus:
    """Lock the run and check that it may move to `target`."""
    status = settling.lock_run(connection, run_id)
    if status not in set(from_only) or not may_run_move(status, target):
        raise NotAllowedError(f"Run {run_id} is {status.lower()}: it cannot become {target.lower()}.")
    return status


def _shift(
    connection: Connection, run_id: int, sources: set[NodeStatus], *only: ColumnElement[bool], **values: Any
) -> list[str]:
    """Change the run's nodes of those states, by key; the queues they are in."""
    still = and_(node.c.status.in_([str(status) for status in sources]), *only)
    chosen = select(node.c.id, node.c.queue).where(node.c.run_id == run_id, still)
    rows = connection.execute(chosen.order_by(node.c.id)).all()
    for row in rows:
        connection.execute(update(node).where(node.c.id == row.id, still).values(**values))
    return [row.queue for row in rows]


def _move(
    connection: Connection,
    run_id: int,
    source: RunStatus,
    target: RunStatus,
    by: int | None,
    result: Result,
    **values: Any,
) -> Act[Result]:
    settling.grow_version(connection, run_id, status=target, **values)
    verb = {"RUNNING": "start" if source == RunStatus.CREATED else "resume", "PAUSED": "pause"}.get(target, "cancel")
    return acts.on_run(connection, run_id, f"run.{verb}", by, {"before": source, "after": target}, result)


def _shape(definition_id: int, given: dict[str, Any]) -> dag.Dag:
    definition = db.session.get(WorkflowDefinition, definition_id)
    if definition is None:
        raise NotFoundError(f"There is no workflow definition {definition_id}.")
    definitions.check_input(definition, given)
    return dag.from_record(definition.dag)
