"""PaperSnitch's own engine as a contender: its tables, its workers and its sweeper, as in production."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from benchmarks.crew import crew
from benchmarks.shapes import definition
from benchmarks.stopwatch import Stalled
from dashboard import create_app
from dashboard.config import from_environment
from dashboard.engine import definitions, runs
from dashboard.engine.clock import now
from dashboard.engine.states import RUN_FINISHED, RunStatus
from dashboard.engine.tables import run
from dashboard.engine.transactions import reading, writing
from dashboard.extensions import Base, db
from dashboard.models import Team, WorkerReport


class EngineContender:
    """Needs an application context. A run's name is its id; its nodes are in a queue of this benchmark's own."""

    name = "ours"

    def __init__(self, queue: str, team_id: int) -> None:
        self._queue = queue
        self.team_id = team_id
        self._definitions: dict[str, int] = {}

    def now(self) -> float:
        with reading() as connection:
            return _seconds(connection.execute(select(now())).scalar_one())

    def submit(self, workload: str) -> str:
        return str(runs.create_and_start(self._definition(workload), None, self.team_id, {}, None))

    def ended(self, run_names: Sequence[str]) -> float | None:
        mine = run.c.id.in_([int(name) for name in run_names])
        ended = select(run.c.status, func.count(), func.max(run.c.finished_at)).where(mine).group_by(run.c.status)
        with reading() as connection:
            found = {status: (count, last) for status, count, last in connection.execute(ended)}
        if bad := [status for status in found if status in RUN_FINISHED and status != RunStatus.SUCCEEDED]:
            raise Stalled(f"Runs ended as {', '.join(bad)}.")
        count, last = found.get(RunStatus.SUCCEEDED, (0, None))
        return _seconds(last) if count == len(run_names) else None

    def prepare(self, workload: str) -> None:
        """Save the definition, which is done once and not for every run."""
        self._definition(workload)

    def _definition(self, workload: str) -> int:
        if workload not in self._definitions:
            saved = definitions.save(f"workload {workload} {self._queue}", definition(workload, self._queue))
            self._definitions[workload] = saved.id
        return self._definitions[workload]


def application(environment: Mapping[str, str]) -> Flask:
    """The application on its database, with every table."""
    app = create_app(from_environment(environment))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


@contextmanager
def contender(environment: Mapping[str, str], workers: int, folder: Path) -> Iterator[EngineContender]:
    """That many workers and a sweeper. Other queues of the database are left alone."""
    queue = f"benchmark-{secrets.token_hex(4)}"
    commands = [[sys.executable, "-m", "benchmarks.working", what] for what in [queue] * workers + ["sweeper"]]
    with application(environment).app_context():
        ours = EngineContender(queue, _team(queue))
        for workload in "PCF":
            ours.prepare(workload)
        with crew(commands, environment, folder / "workers.log", lambda: _reported(queue) >= workers):
            yield ours
        db.engine.dispose()


def _team(name: str) -> int:
    with writing() as session:
        team = Team(name=name, slug=name, created_at=now())
        session.add(team)
    return team.id


def _reported(queue: str) -> int:
    with reading() as connection:
        return connection.execute(select(func.count()).where(WorkerReport.queues == queue)).scalar_one()


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp()
