"""What needs a person: failed runs with equal errors together, queues nobody serves, what runs, what came out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, select, union_all
from sqlalchemy.orm import aliased

from dashboard.engine.states import NODE_BROKEN, NodeStatus, RunStatus
from dashboard.extensions import db
from dashboard.models import Paper, WorkflowRun
from dashboard.reads import runs, stops
from dashboard.reads.errors import Broken
from dashboard.reads.runs import Keys, RunRow
from dashboard.reads.stops import Asking, Unserved

COUNT_TO = 100
LOOK_BACK = 500
SHOWN = 50
RECENT = 6
_HELD, _READY = frozenset({NodeStatus.HELD}), frozenset({NodeStatus.READY})
MOVING = (RunStatus.CREATED, RunStatus.RUNNING, RunStatus.PAUSED, RunStatus.CANCELLING)


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

    @property
    def run_ids(self) -> list[int]:
        return [failed.run.id for failed in self.runs]


@dataclass(frozen=True)
class Moving:
    """A run under way; `expected_end` from how long its workflow usually takes, unless something in it broke."""

    run: RunRow
    expected_end: datetime | None


@dataclass(frozen=True)
class Attention:
    """The home page. `attention_count` is of all failed runs, not only of those shown; `has_papers` tells an empty
    install from a quiet day."""

    groups: tuple[Group, ...]
    asking: tuple[Asking, ...]
    unserved: tuple[Unserved, ...]
    moving: tuple[Moving, ...]
    recent: tuple[RunRow, ...]
    attention_count: int
    has_papers: bool

    @property
    def left_out(self) -> int:
        """Failed runs that are not shown."""
        return self.attention_count - sum(len(group.runs) for group in self.groups)


def count(team_id: int) -> int:
    """How many runs stand failed and need a person, counted up to `COUNT_TO`."""
    return db.session.scalar(select(counted(team_id))) or 0


def counted(team: int | ScalarSelect[int]) -> ScalarSelect[int]:
    """The same as a column of another query."""
    return select(func.count()).select_from(_needing(team).limit(COUNT_TO).subquery()).scalar_subquery()


def team_of(run_id: int) -> ScalarSelect[int]:
    """The team of a run that is not read yet."""
    looked_up = aliased(WorkflowRun)
    return select(looked_up.team_id).where(looked_up.id == run_id).scalar_subquery()


def page(team_id: int) -> Attention:
    """Everything on the home page of that team: four queries at most."""
    found = runs.listed(_keys(team_id))
    failed = [row for row in found if row.status == RunStatus.FAILED]
    moving = [row for row in found if row.status in MOVING]
    recent = [row for row in found if row.status == RunStatus.SUCCEEDED]
    stopped = stops.in_runs([row.id for row in failed[:SHOWN]] + [row.id for row in moving if _has(row, _HELD)])
    return Attention(
        groups=_groups(failed[:SHOWN], stopped.broken),
        asking=stopped.asking,
        unserved=stops.unserved([row.id for row in moving if _has(row, _READY)]),
        moving=tuple(_expected(moving)),
        recent=tuple(recent),
        attention_count=len(failed),
        has_papers=bool(found) or _has_papers(team_id),
    )


def _keys(team_id: int) -> Keys:
    """Of each kind the newest: runs under way, those that failed and need a person, those that succeeded."""
    newest = select(WorkflowRun.id).where(WorkflowRun.team_id == team_id).order_by(WorkflowRun.id.desc())
    needing = _needing(team_id)
    kinds = [
        newest.where(WorkflowRun.status.in_(sorted(MOVING))).limit(SHOWN),
        needing.order_by(needing.selected_columns.id.desc()).limit(COUNT_TO),
        newest.where(WorkflowRun.status == RunStatus.SUCCEEDED).limit(RECENT),
    ]
    return select(union_all(*(select(kind.subquery()) for kind in kinds)).subquery())


def _needing(team: int | ScalarSelect[int]) -> Keys:
    """Those of the team's last `LOOK_BACK` failed runs that nobody has dealt with and no newer run replaced."""
    failed = (
        select(WorkflowRun.id, WorkflowRun.paper_id)
        .where(WorkflowRun.team_id == team, WorkflowRun.status == RunStatus.FAILED, WorkflowRun.dealt_with_at.is_(None))
        .order_by(WorkflowRun.id.desc())
        .limit(LOOK_BACK)
        .subquery()
    )
    newer = aliased(WorkflowRun)
    is_replaced = select(newer.id).where(newer.paper_id == failed.c.paper_id, newer.id > failed.c.id).exists()
    return select(failed.c.id).where(~is_replaced)


def _groups(failed: Sequence[RunRow], broken: Mapping[int, tuple[Broken, ...]]) -> tuple[Group, ...]:
    alike: dict[object, list[Failed]] = {}
    for row in failed:
        nodes = broken.get(row.id, ())
        alike.setdefault(nodes[0].likeness if nodes else row.id, []).append(Failed(row, nodes))
    return tuple(Group(tuple(group)) for group in alike.values())


def _has(row: RunRow, statuses: Collection[str]) -> bool:
    return any(share.status in statuses for share in row.shares)


def _expected(moving: list[RunRow]) -> list[Moving]:
    going_well = {row.id for row in moving if row.status == RunStatus.RUNNING and not _has(row, NODE_BROKEN)}
    usual = runs.usual_seconds({row.definition_id for row in moving if row.id in going_well})
    return [Moving(row, _end(row, usual.get(row.definition_id)) if row.id in going_well else None) for row in moving]


def _end(row: RunRow, seconds: float | None) -> datetime | None:
    return row.started_at + timedelta(seconds=seconds) if row.started_at and seconds is not None else None


def _has_papers(team_id: int) -> bool:
    return db.session.scalar(select(Paper.id).where(Paper.team_id == team_id).limit(1)) is not None
