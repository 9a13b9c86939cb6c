"""Retention: what a run left is removed some days after its end, a batch a transaction.

Nothing is taken from a run that is not over, from the newest run of a paper or the newest that succeeded, nor from one
whose outputs another run has taken. A run is due for as long as it has something to remove: whoever is killed between
two batches leaves the rest due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, func, not_, or_, select, update

from dashboard.engine import audit, keeping, loose_files, old_threads
from dashboard.engine.clock import later, now
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.engine.tables import artifact, attempt, log, node, run, words
from dashboard.engine.transactions import look, persist

BATCH = 2000  # rows of one transaction
RUNS = 100  # that one look finds
DAY = 24 * 3600.0


class Kind(StrEnum):
    """What is removed of a run. Of attempts those that a later one has replaced: never a node's last or its result."""

    LOGS = "logs"
    ATTEMPTS = "attempts"
    ARTIFACTS = "artifacts"


@dataclass(frozen=True)
class Removed:
    """What one transaction removed: `runs`, `attempts`, ... rows, or `checkpoints`, or `files` of the store."""

    kind: str
    rows: int


_newer, _taker, _original, _maker = run.alias("newer"), attempt.alias("taker"), attempt.alias("original"), node.alias()

_IS_REPLACED = and_(
    attempt.c.node_id == node.c.id,
    attempt.c.attempt < node.c.attempt,
    or_(node.c.committed_attempt.is_(None), attempt.c.attempt != node.c.committed_attempt),
)
ROWS: Mapping[Kind, ColumnElement[bool]] = {  # of the run in the outer query
    Kind.LOGS: log.c.run_id == run.c.id,
    Kind.ATTEMPTS: and_(node.c.run_id == run.c.id, node.c.attempt > 1, _IS_REPLACED),
    Kind.ARTIFACTS: artifact.c.run_id == run.c.id,
}
_IS_NEWEST = not_(exists().where(_newer.c.paper_id == run.c.paper_id, _newer.c.id > run.c.id))
_IS_NEWEST_SUCCESS = and_(
    run.c.status == RunStatus.SUCCEEDED,
    not_(exists().where(_newer.c.paper_id == run.c.paper_id, _newer.c.status == RunStatus.SUCCEEDED,
                        _newer.c.id > run.c.id)),
)  # fmt: skip
_IS_TAKEN_FROM = exists(
    select(1)
    .select_from(_maker)
    .join(_original, _original.c.node_id == _maker.c.id)
    .join(_taker, _taker.c.reused_from == _original.c.id)
    .where(_maker.c.run_id == run.c.id)
    .correlate(run)
)
_MAY_LOSE = and_(
    run.c.team_id == bindparam("team"),
    run.c.status.in_(words(RUN_FINISHED)),
    run.c.finished_at < later(bindparam("ago")),
    or_(run.c.paper_id.is_(None), not_(or_(_IS_NEWEST, _IS_NEWEST_SUCCESS))),
    not_(_IS_TAKEN_FROM),
)


def is_due(kind: Kind) -> ColumnElement[bool]:
    """Whether a run of team `:team` that ended more than `:ago` seconds ago (below 0) has any of that to lose."""
    return and_(_MAY_LOSE, exists().where(ROWS[kind]).correlate(run))


def steps() -> Iterator[Removed]:
    """Remove all that is due, a transaction a step; whoever asks for no further step leaves the rest for later."""
    for team_id, kept in look(keeping.of_teams).items():
        for kind in Kind:
            if days := getattr(kept, kind):
                yield from _of_team(kind, {"team": team_id, "ago": -days * DAY})
        if kept.checkpoints:
            yield from (Removed("checkpoints", 1) for _ in old_threads.steps(team_id, kept.checkpoints))
    yield from (Removed("files", 1) for _ in loose_files.steps())


def _of_team(kind: Kind, which: Mapping[str, float]) -> Iterator[Removed]:
    after = 0
    while found := look(partial(_due, kind=kind, which=which, after=after)):
        for run_id in found:
            while rows := persist(partial(_take, kind=kind, which=which, run_id=run_id)):
                yield Removed(kind, rows)
        after = found[-1]


def _due(connection: Connection, kind: Kind, which: Mapping[str, float], after: int) -> Sequence[int]:
    wanted = select(run.c.id).where(is_due(kind), run.c.id > after).order_by(run.c.id).limit(RUNS)
    return connection.execute(wanted, which).scalars().all()


def _take(connection: Connection, kind: Kind, which: Mapping[str, float], run_id: int) -> int:
    """A batch of that run; 0 when it has no more, has moved on meanwhile, or is in other hands."""
    mine = select(run.c.team_id).where(run.c.id == run_id, is_due(kind)).with_for_update(skip_locked=True)
    team_id = connection.execute(mine, which).scalar()
    rows = _TAKE[kind](connection, run_id) if team_id is not None else 0
    if rows:
        mark = {f"{kind}_removed_at": now(), "version": run.c.version + 1}
        connection.execute(update(run).where(run.c.id == run_id).values(mark))
        audit.add(connection, "run.retention", "run", run_id, team_id, None, {"removed": kind, "rows": rows})
    return rows


def _take_logs(connection: Connection, run_id: int) -> int:
    batch = select(log.c.id).where(log.c.run_id == run_id).order_by(log.c.id).limit(BATCH).subquery()
    last = connection.execute(select(func.max(batch.c.id))).scalar()
    return connection.execute(delete(log).where(log.c.run_id == run_id, log.c.id <= last)).rowcount


def _take_attempts(connection: Connection, run_id: int) -> int:
    replaced = select(attempt.c.id).join(node, _IS_REPLACED).where(node.c.run_id == run_id).limit(BATCH)
    rows = connection.execute(replaced).scalars().all()
    return connection.execute(delete(attempt).where(attempt.c.id.in_(rows))).rowcount


def _take_artifacts(connection: Connection, run_id: int) -> int:
    """The rows; their files are loose from now on."""
    of_run = select(artifact.c.id, artifact.c.sha256, artifact.c.bytes).where(artifact.c.run_id == run_id).limit(BATCH)
    rows = connection.execute(of_run).all()
    loose_files.note(connection, (row.sha256 for row in rows))
    lighter = {"stored_bytes": run.c.stored_bytes - sum(row.bytes for row in rows)}
    connection.execute(update(run).where(run.c.id == run_id).values(lighter))
    return connection.execute(delete(artifact).where(artifact.c.id.in_([row.id for row in rows]))).rowcount


_TAKE: Mapping[Kind, Callable[[Connection, int], int]] = {
    Kind.LOGS: _take_logs,
    Kind.ATTEMPTS: _take_attempts,
    Kind.ARTIFACTS: _take_artifacts,
}
