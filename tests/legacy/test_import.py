"""Rows become finished runs: once, whole, on the right paper, or not at all and with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from dashboard.config import Settings
from dashboard.engine import artifacts, papers
from dashboard.engine.states import NodeStatus, RunStatus
from dashboard.extensions import db
from dashboard.legacy.importing import Fate, Import
from dashboard.models import AuditEvent, NodeArtifact, NodeAttempt, Paper, Team, WorkflowDefinition, WorkflowRun
from tests import factories
from tests.crowd import invariants
from tests.legacy.conftest import Importing
from tests.legacy.rows import SAMPLES, mapped, row

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)

GOOD = {"pdf": "good.pdf"}


def runs() -> list[WorkflowRun]:
    db.session.rollback()
    return list(db.session.scalars(select(WorkflowRun).order_by(WorkflowRun.id)))


def test_a_row_is_imported_once_and_a_later_import_brings_what_is_new(bring: Importing) -> None:
    assert [told.fate for told in bring([row(1, **GOOD)])] == [Fate.IMPORTED]
    assert [told.fate for told in bring([row(1, **GOOD), row(2, **GOOD)])] == [Fate.KNOWN, Fate.IMPORTED]
    assert len(runs()) == 2 and runs()[0].paper_id == runs()[1].paper_id


def test_a_row_that_has_changed_is_told_and_left_as_it_was(bring: Importing) -> None:
    bring([row(**GOOD)])
    assert [told.fate for told in bring([row(log="another", **GOOD)])] == [Fate.CHANGED]
    assert len(runs()) == 1


def test_two_imports_at_once_bring_a_row_once(bring: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    bring([row(**GOOD)])
    monkeypatch.setattr(Import, "_known", lambda _self, _rows: {})  # neither had seen what the other brought
    assert [told.fate for told in bring([row(**GOOD)])] == [Fate.KNOWN]
    assert len(runs()) == 1


def test_a_row_that_was_not_finished_is_brought_by_a_later_import(bring: Importing) -> None:
    (told,) = bring([row(status="STARTED", **GOOD)])
    assert (told.fate, told.sentence) == (Fate.UNFINISHED, "status is STARTED")
    assert bring([row(**GOOD)])[0].fate is Fate.IMPORTED


def test_a_dry_run_says_the_same_and_writes_nothing(bring: Importing, settings: Settings) -> None:
    some = [row(1, **GOOD), row(2, paper="18", title="Nerves", pdf="lost.pdf"), row(3, pdf=""), row(1, **GOOD)]
    dry = [told.fate for told in bring(some, dry=True)]
    tables = (Paper, WorkflowRun, WorkflowDefinition, AuditEvent)
    assert [db.session.scalar(select(func.count()).select_from(one)) for one in tables] == [0, 0, 0, 0]
    assert not settings.artifact_folder.exists() or not list(settings.artifact_folder.rglob("*.*"))
    assert dry == [told.fate for told in bring(some)]
    assert dry == [Fate.IMPORTED, Fate.UNFITTING, Fate.IMPORTED, Fate.UNFITTING]


def test_one_row_that_does_not_fit_keeps_no_other_out(bring: Importing) -> None:
    told = bring([row(1, **GOOD), row(2, ended="soon", **GOOD), row(3, **GOOD)])
    assert [one.fate for one in told] == [Fate.IMPORTED, Fate.UNFITTING, Fate.IMPORTED]
    assert told[1].sentence == "ended is no time: 'soon'."


def test_its_times_and_its_person_are_kept(bring: Importing, team: Team) -> None:
    person, stranger = factories.user(team), factories.user()
    bring([row(1, by=person.email.upper(), **GOOD), row(2, by=stranger.email, **GOOD)], mapped(started_by="by"))
    first, second = runs()
    assert (first.started_by, second.started_by) == (person.id, None)
    assert first.started_at is not None and first.started_at.isoformat() == "2025-03-03T09:00:00+00:00"
    assert (first.seconds, first.created_at) == (600, first.started_at)


def test_what_it_wrote_breaks_no_rule_of_the_engine(bring: Importing) -> None:
    done = '{"text": {"pages": 1}}'
    bring([
        row(1, **GOOD), row(2, status="failed", result=done, **GOOD), row(3, status="failed", result="", **GOOD),
        row(4, status="stopped", result=done, **GOOD), row(5, result='{"checks": {"code": true}}', **GOOD),
    ])  # fmt: skip
    ends = RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.SUCCEEDED
    assert tuple(run.status for run in runs()) == ends
    rules = invariants.broken()
    assert rules.keys() <= {"a child that started before a parent's commit"}  # nobody knows when they started
    assert factories.node_of(runs()[1].id, "checks").status == NodeStatus.FAILED
    assert factories.node_of(runs()[2].id, "checks").status == NodeStatus.UPSTREAM_FAILED
    assert factories.node_of(runs()[4].id, "text").wait_reason == "the other system left nothing of it"


def test_outputs_errors_and_files_are_there(bring: Importing, tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes((SAMPLES / "good.pdf").read_bytes())
    (tmp_path / "plot.png").write_bytes(b"a plot")
    files = [{"name": "plot.png", "path": "plot"}, {"name": "report.md", "text": "report"}]
    nodes = [{"id": "all", "output": "result", "error": "error", "files": files}]
    bring([row(plot="plot.png", report="# Fine", **GOOD), row(2, status="failed", result="", error="OSError: full",
                                                              plot="plot.png", **GOOD)],
          mapped(nodes=nodes), tmp_path)  # fmt: skip
    kept = db.session.scalars(select(NodeArtifact).order_by(NodeArtifact.name)).all()
    assert [(one.name, one.media_type, artifacts.path_of(one.sha256).read_bytes()) for one in kept] == [
        ("plot.png", "image/png", b"a plot"), ("report.md", "text/markdown", b"# Fine")
    ]  # fmt: skip
    assert runs()[0].stored_bytes == 12
    failed = db.session.scalars(select(NodeAttempt).where(NodeAttempt.outcome == "failed")).one()
    assert (failed.error_type, failed.error_message, failed.output) == ("OSError", "full", None)


def test_a_file_outside_the_folder_is_not_taken(bring: Importing, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.pdf").write_bytes((SAMPLES / "good.pdf").read_bytes())
    (told,) = bring([row(pdf="../secret.pdf")], folder=tmp_path / "inside")
    assert told.fate is Fate.UNFITTING and "../secret.pdf is not in" in told.sentence


def test_a_node_s_file_that_is_gone_is_named(bring: Importing) -> None:
    nodes = [{"id": "all", "output": "result", "files": [{"name": "plot.png", "path": "plot"}]}]
    (told,) = bring([row(plot="plots/1.png", **GOOD)], mapped(nodes=nodes))
    assert told.fate is Fate.UNFITTING and told.sentence.startswith("plots/1.png, a file of all, is not in")


def test_without_its_pdf_a_paper_is_found_by_its_hash_its_key_or_its_title(bring: Importing, team: Team) -> None:
    paper, _is_new = papers.add(team.id, "good.pdf", SAMPLES / "good.pdf", "Vessels")
    by_hash = mapped(paper={"sha256": "hash"})
    assert bring([row(1, hash=paper.sha256.upper())], by_hash)[0].fate is Fate.IMPORTED
    assert bring([row(2)])[0].fate is Fate.IMPORTED  # by its title
    assert bring([row(3, title="Renamed since")])[0].fate is Fate.IMPORTED  # by its key, known from the row before
    assert {run.paper_id for run in runs()} == {paper.id}


def test_papers_of_another_team_or_of_one_title_are_not_guessed_at(bring: Importing, team: Team) -> None:
    papers.add(factories.team().id, "good.pdf", SAMPLES / "good.pdf", "Vessels")
    assert bring([row(paper="")])[0].fate is Fate.UNFITTING
    for name in ("good.pdf", "poor.pdf"):
        papers.add(team.id, name, SAMPLES / name, "Vessels")
    assert "no single paper is called 'Vessels'" in bring([row(paper="")])[0].sentence


def test_a_pdf_that_is_another_than_the_row_says_is_not_taken(bring: Importing) -> None:
    (told,) = bring([row(hash="0" * 64, **GOOD)], mapped(paper={"pdf": "pdf", "sha256": "hash"}))
    assert told.fate is Fate.UNFITTING and "another sha256" in told.sentence


def test_a_result_that_is_too_large_is_to_be_a_file(bring: Importing) -> None:
    (told,) = bring([row(result={"text": "x" * 5_000_000}, **GOOD)])
    assert told.fate is Fate.UNFITTING and "map it as a file" in told.sentence


def test_two_shapes_of_one_workflow_are_two_versions_below_one(bring: Importing) -> None:
    own = factories.definition("analysis")
    bring([row(1, **GOOD)])
    bring([row(2, **GOOD)], mapped(nodes=[{"id": "all", "output": "result"}]))
    bring([row(3, **GOOD)])
    assert [run.definition.version for run in runs()] == [0, -1, 0]
    assert own.is_active and not any(run.definition.is_active for run in runs())
