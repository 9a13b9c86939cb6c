"""What needs a person: failed runs with equal errors together, queues nobody serves, what runs, what came out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import aliased

from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.extensions import db
from dashboard.models import Paper, WorkerReport, WorkflowNode, WorkflowRun
from dashboard.reads import errors, questions, runs
from dashboard.reads.errors import Broken
from dashboard.reads.questions import Waiting
from dashboard.reads.runs import RunRow

COUNT_TO = 100
SHOWN = 50
RECENT = 6
MOVING = (RunStatus.CREATED, RunStatus.RUNNING, RunStatus.PAUSED, RunStatus.CANCELLING)
SILENT_AFTER = timedelta(seconds=60)
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True)
class Failed:
    """A failed run and the nodes that broke it."""

    run: RunRow
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class Group:
    """Failed runs whose first error is the same but for numbers and names."""

    runs: tuple[Failed, ...]

    @property
    def first(self) -> Failed:
        return self.runs[0]


@dataclass(frozen=True)
class Moving:
    """A run under way; `expected_end` from how long its workflow usually takes."""

    run: RunRow
    expected_end: datetime | None


@dataclass(frozen=True)
class Unserved:
    """Ready nodes wait in a queue that no live worker serves."""

    queue: str
    nodes: int
    last_seen: datetime | None


@dataclass(frozen=True)
class Attention:
    """The home page. `has_papers` tells an empty install from a quiet day."""

    groups: tuple[Group, ...]
    asking: tuple[Waiting, ...]
    unserved: tuple[Unserved, ...]
    moving: tuple[Moving, ...]
    recent: tuple[RunRow, ...]
    has_papers: bool


def count(team_id: int) -> int:
    """How many runs stand failed and not replaced, counted up to `COUNT_TO`."""
    return db.session.scalar(select(counted(team_id))) or 0


def counted(team: int | ScalarSelect[int]) -> ScalarSelect[int]:
    """The same as a column of another query."""
    failed = WorkflowRun.team_id == team, WorkflowRun.status == RunStatus.FAILED
    few = select(WorkflowRun.id).where(*failed, runs.not_replaced()).limit(COUNT_TO)
    return select(func.count()).select_from(few.subquery()).scalar_subquery()


def team_of(run_id: int) -> ScalarSelect[int]:
    """The team of a run that is not read yet."""
    looked_up = aliased(WorkflowRun)
    return select(looked_up.team_id).where(looked_up.id == run_id).scalar_subquery()


def page(team_id: int) -> Attention:
    """Everything on the home page of that team."""
    moving = runs.with_shares(runs.in_states(team_id, MOVING, SHOWN))
    recent = runs.in_states(team_id, (RunStatus.SUCCEEDED,), RECENT)
    return Attention(
        groups=_groups(team_id),
        asking=tuple(_asking(moving)),
        unserved=_unserved([row.id for row in moving]),
        moving=tuple(_expected(moving)),
        recent=tuple(recent),
        has_papers=bool(recent or moving) or _has_papers(team_id),
    )


def _asking(moving: list[RunRow]) -> list[Waiting]:
    held = [row.id for row in moving if any(share.status == NodeStatus.HELD for share in row.shares)]
    return questions.waiting_in(held) if held else []


def _groups(team_id: int) -> tuple[Group, ...]:
    failed = runs.newest_of_their_paper(team_id, RunStatus.FAILED, SHOWN)
    broken = errors.of_runs([row.id for row in failed])
    alike: dict[object, list[Failed]] = {}
    for row in failed:
        nodes = tuple(broken.get(row.id, ()))
        alike.setdefault(nodes[0].likeness if nodes else row.id, []).append(Failed(row, nodes))
    return tuple(Group(tuple(group)) for group in alike.values())


def _unserved(run_ids: list[int]) -> tuple[Unserved, ...]:
    if not run_ids:
        return ()
    now = datetime.now(UTC)
    waiting = db.session.execute(
        select(WorkflowNode.queue, func.count())
        .where(WorkflowNode.run_id.in_(run_ids), WorkflowNode.status == NodeStatus.READY)
        .where(WorkflowNode.available_at < now - PATIENCE)
        .group_by(WorkflowNode.queue)
    ).all()
    seen = _last_seen() if waiting else {}
    unserved = [Unserved(queue, number, seen.get(queue)) for queue, number in waiting]
    return tuple(one for one in unserved if one.last_seen is None or one.last_seen < now - SILENT_AFTER)


def _last_seen() -> dict[str, datetime]:
    """When a worker of each queue was last alive."""
    seen: dict[str, datetime] = {}
    for queues, at in db.session.execute(select(WorkerReport.queues, WorkerReport.seen_at)):
        for queue in queues.split(","):
            seen[queue.strip()] = max(at, seen.get(queue.strip(), at))
    return seen


def _expected(moving: list[RunRow]) -> list[Moving]:
    usual = runs.usual_seconds({row.definition_id for row in moving if row.status == RunStatus.RUNNING})
    return [Moving(row, _end(row, usual.get(row.definition_id))) for row in moving]


def _end(row: RunRow, seconds: float | None) -> datetime | None:
    return row.started_at + timedelta(seconds=seconds) if row.started_at and seconds is not None else None


def _has_papers(team_id: int) -> bool:
    return db.session.scalar(select(Paper.id).where(Paper.team_id == team_id).limit(1)) is not None
