"""`flask backup` copies what is new; `flask verify-artifacts` names what is missing or broken, and whose it is."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from dashboard.config import Settings
from dashboard.engine import artifacts, outcomes
from dashboard.engine.outcomes import KeptArtifact
from dashboard.extensions import db
from dashboard.models import Paper
from dashboard.reads import stored_files
from tests import factories

on_sqlite = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def invoke(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=list(map(str, words)))


def files(folder: Path) -> set[str]:
    return {path.parent.name + path.name for path in folder.glob("??/*")}


@pytest.fixture
def report(in_app: Flask) -> Path:
    """Where the report of a run lies; its paper is the other file there is."""
    claim = factories.claimed_node()
    stored = artifacts.store(b"# Fine")
    outcomes.succeed(claim, {}, [KeptArtifact("report.md", "text/markdown", stored.sha256, stored.bytes)])
    return artifacts.path_of(stored.sha256)


def test_it_finds_every_file_whole(in_app: Flask, report: Path) -> None:
    result = invoke(in_app, "verify-artifacts")
    assert (result.exit_code, result.output) == (0, "2 files, 0 missing or broken\n")


@on_sqlite
def test_it_looks_at_each_file_once_however_many_there_are(
    in_app: Flask, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_files, "AT_A_TIME", 1)
    assert len(list(islice(stored_files.named(), 3))) == 2


@on_sqlite
def test_a_missing_file_is_named_with_its_owner(in_app: Flask, report: Path) -> None:
    report.unlink()
    paper = db.session.scalars(select(Paper)).one()
    artifacts.path_of(paper.sha256).unlink()
    result = invoke(in_app, "verify-artifacts")
    assert result.exit_code == 1 and "2 files, 2 missing or broken" in result.output
    assert "it is not there (report.md of run 1)" in result.output
    assert f"{paper.sha256}: it is not there (the PDF of paper {paper.id})" in result.output


@on_sqlite
@pytest.mark.parametrize(
    ("content", "told"), [(b"# Fin", "it has 5 bytes instead of 6"), (b"# Foul", "its content has changed")]
)
def test_a_broken_file_is_named(in_app: Flask, report: Path, content: bytes, told: str) -> None:
    report.write_bytes(content)
    result = invoke(in_app, "verify-artifacts")
    assert result.exit_code == 1 and told in result.output and "1 missing or broken" in result.output


@on_sqlite
def test_a_second_backup_copies_what_is_new(in_app: Flask, settings: Settings, report: Path, tmp_path: Path) -> None:
    (settings.home / "secret_key").write_text("sealed with this")
    (settings.artifact_folder / "ab").mkdir()
    (settings.artifact_folder / "ab" / ".incoming-1").write_bytes(b"half of a")
    first = invoke(in_app, "backup", tmp_path / "backup")
    assert first.exit_code == 0 and "2 new files" in first.output
    artifacts.store(b"something new")
    assert "1 new files" in invoke(in_app, "backup", tmp_path / "backup").output
    assert files(tmp_path / "backup" / "artifacts") == files(settings.artifact_folder) - {"ab.incoming-1"}
    key = tmp_path / "backup" / "secret_key"
    assert key.read_text() == "sealed with this" and key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("engine_url", ["mariadb"], indirect=True)
def test_a_database_on_a_server_is_not_said_to_be_copied(in_app: Flask, report: Path, tmp_path: Path) -> None:
    told = invoke(in_app, "backup", tmp_path / "backup").output
    assert "dump it before" in told and "2 new files" in told
    assert not (tmp_path / "backup" / "papersnitch.db").exists()
