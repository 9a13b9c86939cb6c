"""Start a workflow on papers: on one that came in, on many at once. A second click finds the runs of the first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Exists, Select, select

from dashboard.engine import acts, audit, dag, definitions, doorbell, layout, room, runs
from dashboard.engine.acts import Act
from dashboard.engine.errors import InvalidInputError
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.engine.tables import run
from dashboard.extensions import db
from dashboard.models import Paper, WorkflowDefinition

AT_A_TIME = 25  # runs saved in one transaction
MOST_PAPERS = 2_000
UNDER_WAY = frozenset(RunStatus) - RUN_FINISHED


@dataclass(frozen=True)
class Batch:
    """The runs started on papers, and the queues to ring for."""

    run_ids: tuple[int, ...]
    queues: tuple[str, ...]


def start(paper: Paper, workflow: WorkflowDefinition, by: int | None) -> int:
    """Start the workflow on a paper unless a run of it is under way or has succeeded there; that run's id."""
    known = db.session.scalar(_settled(paper.id, workflow, again=False).order_by(run.c.id.desc()).limit(1))
    return known or runs.create_and_start(workflow.id, paper.id, paper.team_id, {}, by)


def start_on(
    team_id: int, paper_ids: Collection[int], workflow: WorkflowDefinition, again: bool, by: int | None
) -> int:
    """Start the workflow on those of the papers that are the team's and have no run of it under way; on how many.

    Papers on which it has succeeded are left out unless `again`. InvalidInputError when they are too many.
    """
    if len(paper_ids) > MOST_PAPERS:
        raise InvalidInputError(f"Runs are started on at most {MOST_PAPERS:,} papers at once. Narrow the filter.")
    definitions.check_input(workflow, {})
    wanted, started = sorted(set(paper_ids)), 0
    for first in range(0, len(wanted), AT_A_TIME):
        started += _batch(team_id, wanted[first : first + AT_A_TIME], workflow, again, by)
    return started


def is_settled(workflow: WorkflowDefinition, again: bool) -> Exists:
    """A condition on papers: the workflow need not be started there, as by `start_on`."""
    return _settled(Paper.__table__.c.id, workflow, again).exists()


def save(
    connection: Connection, team_id: int, paper_ids: Iterable[int], workflow: WorkflowDefinition, by: int | None
) -> Batch:
    """Within the caller's transaction: a started run on each of the papers, with the workflow's default input."""
    room.look_for_run(connection, team_id)
    shape, run_ids, queues = dag.from_record(workflow.dag), [], []
    for paper_id in paper_ids:
        values = {"team_id": team_id, "paper_id": paper_id, "definition_id": workflow.id, "input": {},
                  "may_reuse": True, "started_by": by}  # fmt: skip
        run_id, to_ring = layout.save_started(connection, values, shape)
        audit.add(connection, "run.start", "run", run_id, team_id, by, {"paper": paper_id})
        run_ids.append(run_id)
        queues += to_ring
    return Batch(tuple(run_ids), tuple(queues))


def _batch(team_id: int, paper_ids: list[int], workflow: WorkflowDefinition, again: bool, by: int | None) -> int:
    paper = Paper.__table__
    mine = select(paper.c.id).where(paper.c.team_id == team_id, paper.c.id.in_(paper_ids)).order_by(paper.c.id)

    def body(connection: Connection) -> Act[Batch]:
        locked = connection.execute(mine.with_for_update()).scalars().all()  # a second click waits here, then looks
        fresh = mine.where(paper.c.id.in_(locked), ~is_settled(workflow, again))
        batch = save(connection, team_id, connection.execute(fresh).scalars().all(), workflow, by)
        detail = {"workflow": workflow.name, "papers": len(batch.run_ids)}
        line = audit.add(connection, "paper.start_many", "definition", workflow.id, team_id, by, detail)
        return Act(line, "paper.start_many", batch)

    batch = acts.perform(body)
    doorbell.ring(batch.queues)
    return len(batch.run_ids)


def _settled(paper_id: int | ColumnElement[int], workflow: WorkflowDefinition, again: bool) -> Select[int]:
    versions = select(WorkflowDefinition.id).where(WorkflowDefinition.name == workflow.name)
    states = UNDER_WAY if again else UNDER_WAY | {RunStatus.SUCCEEDED}
    return select(run.c.id).where(
        run.c.paper_id == paper_id, run.c.status.in_(sorted(states)), run.c.definition_id.in_(versions)
    )
