"""`flask doctor` finds what is wrong and names the command that mends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text, update

from dashboard import tesseract
from dashboard.cli import examinations
from dashboard.cli.examinations import Finding
from dashboard.config import Settings
from dashboard.engine import sweepers
from dashboard.engine.clock import later, now
from dashboard.engine.transactions import transaction, writing
from dashboard.models import SweeperReport, WorkerReport
from tests import factories
from tests.cli.conftest import Flasked


@pytest.fixture
def current_tables(in_app: Flask) -> Iterator[None]:
    """The mark that a migration leaves on the tables."""
    with transaction() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        head = ScriptDirectory("migrations").get_current_head()
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    yield
    with transaction() as connection:
        connection.execute(text("DROP TABLE alembic_version"))


@pytest.mark.usefixtures("current_tables")
def test_it_finds_nothing_in_the_servers_of_the_tests(settings: Settings) -> None:
    for examine in (examinations.examine_database, examinations.examine_redis, examinations.examine_disk):
        assert all_well(examine(settings))


def test_it_finds_a_redis_that_is_not_there(in_app: Flask, settings: Settings, tmp_path: Path) -> None:
    (finding,) = examinations.examine_redis(replace(settings, redis_url=f"unix://{tmp_path}/none"))
    assert not finding.is_well and "REDIS_URL" in finding.mend


def test_it_finds_tables_of_another_version(in_app: Flask, settings: Settings) -> None:
    (finding,) = examinations.examine_database(settings)
    assert (finding.is_well, finding.mend) == (False, "flask db upgrade")


def test_it_finds_that_no_workflow_is_saved(in_app: Flask, settings: Settings) -> None:
    (finding,) = examinations.examine_workflows(settings)
    assert (finding.is_well, finding.mend) == (False, "flask create-workflow")


def test_it_finds_a_workflow_whose_handlers_nobody_has(in_app: Flask, settings: Settings) -> None:
    factories.definition("odd")
    (finding,) = examinations.examine_workflows(settings)
    assert not finding.is_well and "first, second" in finding.sentence


def test_it_finds_the_queue_that_nobody_serves(in_app: Flask, settings: Settings) -> None:
    factories.definition(nodes=[{"id": "a", "handler": "a", "queue": "ai"}, {"id": "b", "handler": "b"}])
    report_worker("default,net", seconds_ago=1)
    report_worker("ai", seconds_ago=600)
    (finding,) = examinations.examine_workers(settings)
    assert (finding.is_well, finding.mend) == (False, "flask worker --queues ai")
    report_worker("ai", seconds_ago=1)
    assert all_well(examinations.examine_workers(settings))


def test_it_finds_that_no_sweeper_lives(in_app: Flask, settings: Settings) -> None:
    (finding,) = examinations.examine_sweepers(settings)
    assert (finding.is_well, finding.mend) == (False, "flask sweeper")
    sweepers.report("here:1")
    assert all_well(examinations.examine_sweepers(settings))
    with transaction() as connection:
        connection.execute(update(SweeperReport).values(seen_at=later(-100)))
    assert not all_well(examinations.examine_sweepers(settings))


def test_it_finds_that_git_is_not_installed(in_app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not all_well(examinations.examine_programs(settings))


def test_it_is_well_without_ocr_and_says_how_to_get_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (finding,) = examinations.examine_ocr(settings)
    assert finding.is_well and "apt install tesseract-ocr" in finding.sentence


def test_it_finds_that_ocr_lacks_a_language_asked_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "installed", lambda: tesseract.Tesseract("/usr/bin/tesseract", ("eng", "osd")))
    monkeypatch.setenv("PAPERSNITCH_OCR_LANGUAGES", "eng")
    assert all_well(examinations.examine_ocr(settings))
    monkeypatch.setenv("PAPERSNITCH_OCR_LANGUAGES", "eng+chi_sim")
    (finding,) = examinations.examine_ocr(settings)
    assert (finding.is_well, finding.mend) == (False, "apt install tesseract-ocr-chi-sim")


def test_it_ends_with_status_1_and_what_to_do(flask: Flasked) -> None:
    result = flask("doctor")
    assert result.exit_code == 1
    assert "mend it: flask create-workflow" in result.output


def all_well(findings: Iterable[Finding]) -> bool:
    found = list(findings)
    return bool(found) and all(finding.is_well for finding in found)


def report_worker(queues: str, seconds_ago: int) -> None:
    with writing() as session:
        name = f"{queues}-{seconds_ago}"
        session.add(
            WorkerReport(name=name, queues=queues, host="here", pid=1, started_at=now(), seen_at=later(-seconds_ago))
        )
