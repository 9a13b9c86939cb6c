"""`flask retention`, `flask team-retention` and the sweeper: told before, done after, in slices, and gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask

from dashboard.engine import retention
from dashboard.engine.retention import Removed
from dashboard.engine.tables import artifact, log
from dashboard.extensions import db
from dashboard.models import AuditEvent, Team
from jobs import sweeper
from tests import factories, schemas
from tests.cli.conftest import Flasked, flask
from tests.retention.pasts import attempts, count, end_long_ago, finished_run

__all__ = ["flask"]
KILLED_IN_ITS_THIRD_BATCH = """
import os, signal
from dashboard import create_app
from dashboard.engine import audit, retention

retention.BATCH, add, calls = 2, audit.add, []

def killed(*given):
    add(*given)
    calls.append(given)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

audit.add = killed
with create_app().app_context():
    list(retention.steps())
"""


@pytest.fixture
def engine_url(sqlite_schema: schemas.Schema) -> Iterator[str]:
    """The statements are tried on both databases elsewhere."""
    yield sqlite_schema.url
    sqlite_schema.empty()


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {f"RETENTION_{kind}_DAYS": "30" for kind in ("LOGS", "ATTEMPTS", "ARTIFACTS")}


@pytest.fixture
def old(in_app: Flask) -> int:
    """A run with 8 lines, an attempt and a file too old, and a newer one of its paper with other files."""
    paper = factories.paper()
    found = finished_run(paper, b"of one", lines=7)
    finished_run(paper, b"of two")
    return found


def cells(table: str) -> list[list[str]]:
    """What stands in the lines of a table."""
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in table.splitlines()]
    return [line for line in lines if line]


def test_a_dry_run_tells_figures_and_removes_nothing(flask: Flasked, old: int) -> None:
    name = db.session.query(Team).one().name
    assert cells(flask("retention", "--dry-run").output) == [
        [name, "logs", "30 days", "1", "8", ""],
        [name, "attempts", "30 days", "1", "1", ""],
        [name, "artifacts", "30 days", "1", "1", "6"],
        [name, "checkpoints", "7 days", "0", "0", ""],
        ["all", "files", "1 days", "0", "0", ""],
    ]
    assert (count(log, old), count(artifact, old), attempts(old)) == (8, 1, [1, 2])


def test_it_removes_what_the_dry_run_told(flask: Flasked, old: int) -> None:
    assert flask("retention").output == "Removed 8 logs, 1 attempts, 1 artifacts.\n"
    end_long_ago(old)
    assert cells(flask("retention", "--dry-run").output)[-1] == ["all", "files", "1 days", "0", "1", ""]
    assert flask("retention").output == "Removed 1 files.\n"
    assert flask("retention").output == "Removed nothing.\n"


def test_a_team_keeps_what_is_set_for_it(flask: Flasked, old: int) -> None:
    name = db.session.query(Team).one().name
    said = flask("team-retention", name, "--logs", "0", "--artifacts", "7.5").output.splitlines()
    assert [" ".join(line.split()) for line in said] == [
        "logs for ever",
        "attempts 30 days (as the installation)",
        "artifacts 7.5 days",
        "checkpoints 7 days (as the installation)",
    ]
    assert "logs         30 days (as the installation)" in flask("team-retention", name, "--logs", "default").output
    assert db.session.query(AuditEvent).filter_by(action="team.retention").count() == 2


@pytest.mark.parametrize("days", ["-1", "soon", "nan"])
def test_days_that_are_none_are_refused(flask: Flasked, old: int, days: str) -> None:
    name = db.session.query(Team).one().name
    result = flask("team-retention", name, "--logs", days)
    assert result.exit_code and "ays" in result.output
    assert db.session.query(AuditEvent).filter_by(action="team.retention").count() == 0


def test_who_is_killed_in_a_batch_leaves_it_whole_for_the_next(
    flask: Flasked, old: int, environment: dict[str, str]
) -> None:
    command = [sys.executable, "-c", KILLED_IN_ITS_THIRD_BATCH]
    done = subprocess.run(command, env={**os.environ, **environment}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert count(log, old) == 8 - 2 * 2
    assert flask("retention").output == "Removed 4 logs, 1 attempts, 1 artifacts.\n"
    lines = db.session.query(AuditEvent).filter_by(action="run.retention", object_id=old).all()
    assert sum(line.detail["rows"] for line in lines if line.detail["removed"] == "logs") == 8


def test_the_sweeper_spends_a_slice_and_goes_on(old: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "SLICE_SECONDS", 0)
    monkeypatch.setattr(retention, "BATCH", 3)
    removing: Iterator[Removed] = retention.steps()
    seen = []
    for _turn in range(3):
        sweeper.spend(removing)
        seen.append(count(log, old))
    assert seen == [5, 2, 0]
