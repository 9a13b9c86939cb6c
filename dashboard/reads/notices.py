"""What notices say: a headline, what else there is to know, and the page that shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from dashboard.engine import wishes
from dashboard.engine.notices import Event
from dashboard.extensions import db
from dashboard.models import Notice, Paper, Team, WorkflowDefinition, WorkflowRun
from dashboard.reads import stops
from dashboard.reads.errors import Broken

RECENT = timedelta(minutes=10)
MOST_RECENT = 20
_VERBS: dict[str, str] = {Event.FINISHED: "Finished", Event.FAILED: "Failed", Event.STUCK: "Stuck"}


@dataclass(frozen=True)
class TeamTold:
    id: int
    name: str


@dataclass(frozen=True)
class RunTold:
    """The run of a notice, as it stands now."""

    id: int
    status: str
    workflow: str
    version: int
    paper_id: int | None
    paper: str
    score: float | None


@dataclass(frozen=True)
class Told:
    """A notice in words; `path` is below the site's address."""

    id: int
    event: str
    at: datetime
    team: TeamTold
    headline: str
    detail: str
    path: str
    run: RunTold | None


def told(notice_ids: Collection[int]) -> tuple[Told, ...]:
    """Those notices in words, the oldest first; two queries at most."""
    rows = db.session.execute(
        select(Notice, Team.name, WorkflowRun, WorkflowDefinition, Paper)
        .join(Team, Team.id == Notice.team_id)
        .outerjoin(WorkflowRun, WorkflowRun.id == Notice.run_id)
        .outerjoin(WorkflowDefinition, WorkflowDefinition.id == WorkflowRun.definition_id)
        .outerjoin(Paper, Paper.id == WorkflowRun.paper_id)
        .where(Notice.id.in_(sorted(notice_ids)))
        .order_by(Notice.id)
    ).all()
    broken = stops.in_runs([row.Notice.run_id for row in rows if row.Notice.event == Event.FAILED]).broken
    return tuple(
        _told(row.Notice, TeamTold(row.Notice.team_id, row.name), _run(row), broken.get(row.Notice.run_id, ()))
        for row in rows
    )


def recent(user_id: int, team_ids: Collection[int]) -> tuple[Told, ...]:
    """What was told in the last minutes that the person wants to hear of in a browser, at most so many."""
    since = datetime.now(UTC) - RECENT
    mine = select(Notice.id, Notice.event, Notice.user_id).where(Notice.team_id.in_(sorted(team_ids)))
    rows = db.session.execute(mine.where(Notice.at > since).order_by(Notice.id.desc())).all()
    wanted = wishes.of_people(db.session.connection(), [user_id])[user_id] if rows else {}
    heard = [row.id for row in rows if wanted.get(row.event, wishes.NOTHING).browser.covers(user_id, row.user_id)]
    return told(heard[:MOST_RECENT]) if heard else ()


def of_person(user_id: int) -> wishes.Wishes:
    """How the person wants to hear of each event."""
    return wishes.of_people(db.session.connection(), [user_id])[user_id]


def _told(notice: Notice, team: TeamTold, run: RunTold | None, broken: tuple[Broken, ...]) -> Told:
    detail = f"{broken[0].node_id}: {broken[0].line}" if broken else ""
    path = notice.path or f"/runs/{notice.run_id}"
    if run is None:
        return Told(notice.id, notice.event, notice.at, team, notice.title or notice.event, detail, path, None)
    headline = f"{_VERBS.get(notice.event, 'About')}: {run.paper}"
    return Told(notice.id, notice.event, notice.at, team, headline, notice.title or detail, path, run)


def _run(row: Any) -> RunTold | None:
    run, workflow = row.WorkflowRun, row.WorkflowDefinition
    if run is None:
        return None
    title = row.Paper.title if row.Paper else f"run {run.id}"
    return RunTold(run.id, run.status, workflow.name, workflow.version, run.paper_id, title, run.score)
