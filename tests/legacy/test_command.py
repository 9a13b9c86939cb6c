"""`flask import-legacy` on the example, from a file and from another system's table, and killed in between."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from dashboard.extensions import db
from dashboard.models import ImportedRun, NodeLog, WorkflowRun
from tests import factories
from tests.crowd.processes import ROOT, wait_until
from tests.legacy.rows import EXAMPLE, SAMPLES, TASKS

OTHER_WORDS = "4: not finished there: status is STARTED"
MANY = 120


def invoke(app: Flask, *words: object) -> str:
    result = app.test_cli_runner().invoke(args=["import-legacy", *map(str, words), "--files", str(SAMPLES)])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_example_is_imported_and_a_repeat_brings_nothing(in_app: Flask) -> None:
    factories.team()
    dry = invoke(in_app, TASKS, "--dry-run")
    assert "1: would be imported: succeeded, on the new paper good.pdf" in dry and "nothing was written" in dry
    told = invoke(in_app, TASKS)
    assert re.search(r"^2: imported: run \d+, failed, on paper \d+$", told, re.MULTILINE) and OTHER_WORDS in told
    assert "5: does not fit: Its paper is not here: lost.pdf is not in" in told
    assert invoke(in_app, TASKS).endswith(
        "0 imported, 3 here already, 0 changed since it was imported, and left as it was, "
        "1 not finished there, 1 does not fit\n"
    )
    assert db.session.scalar(select(func.count()).select_from(NodeLog)) == 6


@pytest.fixture
def old_table(tmp_path: Path) -> Iterator[str]:
    """The example's tasks as a table of another system's database."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with TASKS.open(newline="") as file:
        tasks = list(csv.DictReader(file))
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE analysis_task ({', '.join(tasks[0])})"))
        connection.execute(
            text(f"INSERT INTO analysis_task VALUES ({', '.join(':' + one for one in tasks[0])})"), tasks
        )
    engine.dispose()
    yield url


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_table_is_imported_as_the_file_is(in_app: Flask, old_table: str) -> None:
    factories.team()
    invoke(in_app, TASKS)
    assert "0 imported, 3 here already" in invoke(in_app, f"{old_table}?table=analysis_task", "--mapping", EXAMPLE)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)
def test_killed_in_between_it_goes_on_and_brings_each_row_once(
    in_app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    factories.team()
    with TASKS.open(newline="") as file:
        task = next(csv.DictReader(file))
    with (tmp_path / "many.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, task)
        writer.writeheader()
        writer.writerows({**task, "id": str(number)} for number in range(MANY))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import-legacy", str(tmp_path / "many.csv")]
    child = subprocess.Popen([*command, "--files", str(SAMPLES)], cwd=ROOT, env={**os.environ, **environment},
                             stdout=subprocess.DEVNULL)  # fmt: skip
    wait_until(lambda: _count() >= 10, 40, lambda: f"{_count()} runs")
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    half = _count()
    assert 10 <= half < MANY
    assert f"{MANY - half} imported, {half} here already" in invoke(in_app, tmp_path / "many.csv")
    assert _count() == MANY == db.session.scalar(select(func.count(ImportedRun.row_key.distinct())))


def _count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(WorkflowRun)) or 0
