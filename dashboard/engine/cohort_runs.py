"""The runs of a cohort's papers: start them, score them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from dashboard.engine import acts, audit, awaiting, cohorts, dag, definitions, doorbell, layout, rescoring, room
from dashboard.engine.acts import Act
from dashboard.engine.cohorts import member
from dashboard.engine.errors import NotAllowedError
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.engine.tables import run
from dashboard.engine.transactions import reading
from dashboard.models import WorkflowDefinition

AT_A_TIME = 25  # runs saved in one transaction: nobody waits longer than that for the cohort
RESCORED_AT_ONCE = 50
UNDER_WAY = frozenset(RunStatus) - RUN_FINISHED


@dataclass(frozen=True)
class Batch:
    """Papers on which a run was started, in order, and the queues to ring for."""

    papers: tuple[int, ...]
    queues: tuple[str, ...]


@dataclass(frozen=True)
class Rescored:
    """How many runs were scored again, and how many had stored nothing to judge."""

    scored: int
    refused: int


def start(cohort_id: int, workflow: WorkflowDefinition, again: bool, by: int | None) -> int:
    """Start the workflow on every paper of the cohort where no run of it is under way; on how many.

    Papers on which it has succeeded are left out unless `again`. A second click finds the runs of the first.
    """
    definitions.check_input(workflow, {})
    shape = dag.from_record(workflow.dag)
    settled = UNDER_WAY if again else UNDER_WAY | {RunStatus.SUCCEEDED}
    versions = select(WorkflowDefinition.id).where(WorkflowDefinition.name == workflow.name)
    known = select(run.c.id).where(run.c.paper_id == member.c.paper_id, run.c.status.in_(sorted(settled)))
    wanted = (
        select(member.c.paper_id)
        .where(member.c.cohort_id == cohort_id, ~known.where(run.c.definition_id.in_(versions)).exists())
        .order_by(member.c.paper_id)
        .limit(AT_A_TIME)
    )
    return _in_batches(cohort_id, workflow.id, shape, wanted, by)


def rescore(run_ids: Iterable[int], rubric: str, by: int | None) -> Rescored:
    """Score runs again by that rubric from what they stored, at most so many that a person may wait for it."""
    scored, refused = 0, 0
    for run_id in run_ids:
        if scored == RESCORED_AT_ONCE:
            break
        try:
            rescoring.rescore(run_id, rubric, by)
            scored += 1
        except NotAllowedError:  # it stored no evidence
            refused += 1
    return Rescored(scored, refused)


def _in_batches(cohort_id: int, definition_id: int, shape: dag.Dag, wanted: Select[int], by: int | None) -> int:
    started, after = 0, 0
    with reading() as connection:
        newest = awaiting.newest_run(connection)

    def body(connection: Connection) -> Act[Batch]:
        team_id = cohorts.lock(connection, cohort_id)
        chosen = connection.execute(wanted.where(member.c.paper_id > after)).scalars().all()
        queues: list[str] = []
        room.look_for_run(connection, team_id)
        for paper_id in chosen:
            values = {"team_id": team_id, "paper_id": paper_id, "definition_id": definition_id, "input": {},
                      "may_reuse": True, "started_by": by}  # fmt: skip
            run_id, to_ring = layout.save_started(connection, values, shape)
            audit.add(connection, "run.start", "run", run_id, team_id, by, {"paper": paper_id, "cohort": cohort_id})
            queues += to_ring
        if len(chosen) < AT_A_TIME and started + len(chosen) > 0:  # the last of them: none is left to be begun
            awaiting.begin(connection, awaiting.Kind.COHORT, cohort_id, team_id, by, after_run=newest)
        batch = Batch(tuple(chosen), tuple(queues))
        return cohorts.act(connection, "start", cohort_id, team_id, by, {"papers": len(chosen)}, batch)

    while True:
        batch = acts.perform(body)
        doorbell.ring(batch.queues)
        started += len(batch.papers)
        if len(batch.papers) < AT_A_TIME:
            return started
        after = batch.papers[-1]
