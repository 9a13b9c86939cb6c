"""Run the same again: a new run of the same workflow, as it is now, on the same paper with the same input.

Or look again only at what lies outside: links and repositories change while a paper does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from dashboard.engine import audit, dag, inputs, layout, room
from dashboard.engine.acts import Act
from dashboard.engine.dag import Dag, NodeSpec
from dashboard.engine.errors import InvalidInputError, NotAllowedError, NotFoundError
from dashboard.engine.states import RUN_FINISHED
from dashboard.engine.tables import run
from dashboard.models import WorkflowDefinition

LOOKS_OUTSIDE = frozenset({"validate_links", "fetch_repo"})  # handlers that see more than they are handed
ASKS_A_MODEL = frozenset({"ai_checks_pdf", "ai_checks_repo"})  # and say what their answers rest on
LATER = 100  # added to the priority of a recheck's nodes: people who wait go first


def rerun_within(connection: Connection, run_id: int, by: int | None) -> Act[tuple[int, list[str]]]:
    """Within the caller's transaction; the new run's id, and the queues to ring once that is committed.

    NotAllowedError while the run is under way, InvalidInputError when the workflow takes its input no more.
    """
    old = _finished(connection, run_id)
    workflow = _active(connection, old["definition_id"])
    return _start(connection, run_id, {**old}, workflow, dag.from_record(workflow["dag"]), by)


def recheck_within(connection: Connection, run_id: int, by: int | None) -> Act[tuple[int, list[str]]]:
    """The same, but that the new run asks about links and repository anew and else takes what it can from earlier ones.

    A model is not asked, nor paid, a second time for what it has answered: not unless that has changed.
    """
    old = _finished(connection, run_id)
    workflow = _active(connection, old["definition_id"])
    shape = looking_again(dag.from_record(workflow["dag"]))
    return _start(connection, run_id, {**old, "may_reuse": True}, workflow, shape, by)


def looking_again(shape: Dag) -> Dag:
    """The workflow as a recheck runs it: what looks outside never reuses, the AI checks may."""
    return replace(shape, nodes=tuple(_as_rechecked(spec) for spec in shape.nodes))


def _as_rechecked(spec: NodeSpec) -> NodeSpec:
    may_reuse = spec.handler not in LOOKS_OUTSIDE and (spec.reuse or spec.handler in ASKS_A_MODEL)
    return replace(spec, reuse=may_reuse, priority=spec.priority + LATER)


def _start(
    connection: Connection, run_id: int, old: Mapping[str, Any], workflow: RowMapping, shape: Dag, by: int | None
) -> Act[tuple[int, list[str]]]:
    if problems := inputs.problems(workflow["input_schema"], old["input"]):
        raise InvalidInputError(*problems)
    kept = {key: old[key] for key in ("team_id", "paper_id", "input", "may_reuse")}
    values = {**kept, "definition_id": workflow["id"], "started_by": by}
    room.look_for_run(connection, old["team_id"])
    new_id, queues = layout.save_started(connection, values, shape)
    detail = {"paper": old["paper_id"], "again": run_id}
    line = audit.add(connection, "run.start", "run", new_id, old["team_id"], by, detail)
    return Act(line, "run.start", (new_id, queues))


def _finished(connection: Connection, run_id: int) -> RowMapping:
    wanted = select(run.c.status, run.c.team_id, run.c.paper_id, run.c.definition_id, run.c.input, run.c.may_reuse)
    old = connection.execute(wanted.where(run.c.id == run_id)).mappings().first()
    if old is None:
        raise NotFoundError(f"There is no run {run_id}.")
    if old["status"] not in RUN_FINISHED:
        raise NotAllowedError(f"Run {run_id} is {str(old['status']).lower()}: it can be run again once it has ended.")
    return old


def _active(connection: Connection, definition_id: int) -> RowMapping:
    """The version of its workflow that new runs take."""
    columns = WorkflowDefinition.id, WorkflowDefinition.dag, WorkflowDefinition.input_schema
    name = select(WorkflowDefinition.name).where(WorkflowDefinition.id == definition_id).scalar_subquery()
    wanted = select(*columns).where(WorkflowDefinition.name == name, WorkflowDefinition.is_active)
    found = connection.execute(wanted.order_by(WorkflowDefinition.version.desc()).limit(1)).mappings().first()
    if found is None:
        raise NotAllowedError("Its workflow takes no new runs.")
    return found
