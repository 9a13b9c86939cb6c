"""Folders on their way: what arrives, what is refused, and how one that was cut short goes on."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from dashboard.engine import definitions, team_limits
from dashboard.engine.team_limits import Limits
from dashboard.extensions import db
from dashboard.models import Paper, UploadedFile
from tests import factories
from tests.browser.site import free_port
from tests.browser.stage import Stage
from tests.client.conftest import Terminal

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("client site")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two papers, one of them deeper, a zip of two more, and notes."""
    (tmp_path / "in" / "deeper").mkdir(parents=True)
    (tmp_path / "in" / "a.pdf").write_bytes(_pdf("a"))
    (tmp_path / "in" / "deeper" / "b.PDF").write_bytes(_pdf("b"))
    (tmp_path / "in" / "notes.txt").write_text("not a paper")
    with ZipFile(tmp_path / "in" / "venue.zip", "w") as archive:
        archive.writestr("c.pdf", _pdf("c"))
        archive.writestr("d.pdf", _pdf("d"))
    return tmp_path / "in"


def _pdf(name: str) -> bytes:
    return factories.SMALLEST_PDF + name.encode()


def arrived(stage: Stage) -> int:
    """How many files the site was sent for that team."""
    with stage.site.engine.app.app_context():
        of_team = select(func.count(UploadedFile.id)).join(Paper, Paper.id == UploadedFile.paper_id)
        return db.session.scalar(of_team.where(Paper.team_id == stage.team_id)) or 0


def test_a_folder_arrives_with_its_zips(terminal: Terminal, stage: Stage, folder: Path) -> None:
    taken = terminal.told("upload", folder)
    assert [one["name"] for one in taken] == ["a.pdf", "b.PDF", "venue.zip: c.pdf", "venue.zip: d.pdf"]
    assert {one["fate"] for one in taken} == {"ADDED"} and len(terminal.told("papers")) == 4


def test_the_same_again_sends_only_what_is_new(terminal: Terminal, stage: Stage, folder: Path) -> None:
    first = terminal.told("upload", folder)
    (folder / "new.pdf").write_bytes(_pdf("new"))
    again = terminal.told("upload", folder)
    assert [one for one in again if one in first] == first and arrived(stage) == 5
    assert "had arrived before" not in terminal.says("upload", folder, "--afresh")
    assert arrived(stage) == 10
    assert "4 of the files had arrived before" in terminal.says("upload", folder)


def test_one_that_was_cut_short_goes_on(
    terminal: Terminal, stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papersnitch_client.options.wait", lambda _seconds: None)
    terminal.says("upload", folder / "a.pdf")
    away = Terminal(terminal.environment | {"PAPERSNITCH_URL": f"http://127.0.0.1:{free_port()}"}).run("upload", folder)
    assert away.exit_code == 5 and "could not be reached" in away.stderr
    assert "4 added." in terminal.says("upload", folder) and arrived(stage) == 4


def test_other_terms_are_another_upload(terminal: Terminal, stage: Stage, folder: Path) -> None:
    cohort = stage.cohort("A venue")
    terminal.says("upload", folder)
    terminal.says("upload", folder, "--cohort", cohort)
    assert len(terminal.told("cohorts", cohort)) == 4


def test_a_file_that_is_no_paper_is_named_and_stops_no_other(terminal: Terminal, folder: Path) -> None:
    (folder / "a.pdf").write_bytes(b"no paper at all")
    done = terminal.run("upload", folder)
    assert done.exit_code == 1 and "a.pdf: " in done.stderr
    assert done.stdout == "3 added, 1 refused.\n"


def test_a_file_that_was_refused_is_sent_again(terminal: Terminal, stage: Stage, folder: Path) -> None:
    with stage.site.engine.app.app_context():
        team_limits.choose(stage.team_id, Limits(1, None, None, None), None)
    assert terminal.run("upload", folder / "a.pdf", folder / "deeper" / "b.PDF").exit_code == 1
    with stage.site.engine.app.app_context():
        team_limits.choose(stage.team_id, Limits(None, None, None, None), None)
    assert "2 added." in terminal.says("upload", folder / "a.pdf", folder / "deeper" / "b.PDF")


def test_a_run_that_could_not_start_is_said_and_started_the_next_time(
    terminal: Terminal, stage: Stage, folder: Path
) -> None:
    paper, asked = folder / "a.pdf", ("--start", stage.workflow)
    dag = {"nodes": [{"id": "n", "handler": "n", "queue": stage.workflow}]}
    with stage.site.engine.app.app_context():
        definitions.save(stage.workflow, dag, input_schema={"type": "object", "required": ["repository"]})
    done = terminal.run("upload", paper, *asked)
    assert done.exit_code == 1 and "No run was started" in done.stderr and done.stdout == "1 added.\n"
    with stage.site.engine.app.app_context():
        definitions.save(stage.workflow, dag, input_schema={"type": "object"})
    (taken,) = terminal.told("upload", paper, *asked)
    assert taken["run_id"] and stage.status_of(taken["run_id"]) == "RUNNING"


def test_terms_that_do_not_hold_stop_at_once(terminal: Terminal, stage: Stage, folder: Path) -> None:
    done = terminal.run("upload", folder, "--start", "none such")
    assert done.exit_code == 1 and "none such" in done.stderr and arrived(stage) == 0


def test_there_is_something_to_send(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert terminal.run("upload", tmp_path / "empty").exit_code == 2
    assert terminal.run("upload", tmp_path / "none").exit_code == 2
    (tmp_path / "notes.txt").write_text("not a paper")
    assert terminal.run("upload", tmp_path / "notes.txt").exit_code == 2
