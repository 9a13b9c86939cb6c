"""Another rubric, another version, a team's own: scored from what a run stored, without running anything."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.engine import artifacts, rescoring, rubrics, rulings
from dashboard.engine.errors import NotAllowedError, NotFoundError
from dashboard.extensions import db
from dashboard.judging.criterion import FOLDER
from dashboard.models import NodeArtifact, Rescore, WorkflowRun
from dashboard.reads import verdicts
from tests import factories
from tests.engine.judged_runs import stored_run


def kept() -> list[Rescore]:
    db.session.rollback()
    return list(db.session.scalars(select(Rescore)))


def team_of(run_id: int) -> int:
    return db.session.execute(select(WorkflowRun.team_id).where(WorkflowRun.id == run_id)).scalar_one()


def test_another_rubric_is_scored_from_what_is_stored(in_app: Flask) -> None:
    run_id = stored_run()
    assert rescoring.rescore(run_id, "pineau", None) == "pineau@2.0"
    stands = verdicts.answers([run_id], "pineau", "2.0")[run_id]
    assert (len(stands), stands["variation"], stands["runtime"]) == (21, "met", "not_met")


def test_a_newer_version_of_its_own_rubric_too(in_app: Flask) -> None:
    run_id = stored_run()
    rescoring.rescore(run_id, "neurips@2025.2", None)
    assert verdicts.answers([run_id], "neurips", "2025.2")[run_id]["error_bars"] == "met"
    assert set(verdicts.answers([run_id], "neurips")[run_id]) == {"limitations", "error_bars"}


def test_asking_twice_keeps_one(in_app: Flask) -> None:
    run_id = stored_run()
    for _ in range(2):
        rescoring.rescore(run_id, "miccai", None)
    assert [one.version for one in kept()] == ["2021.1"]


def test_what_the_run_itself_answered_is_not_kept_again(in_app: Flask) -> None:
    run_id = stored_run()
    rescoring.rescore(run_id, "neurips@2025.1", None)
    assert kept() == []


def test_a_teams_own_rubric_scores_its_runs_and_nobody_elses(in_app: Flask) -> None:
    run_id = stored_run()
    body = (FOLDER / "neurips@2025.2.yaml").read_text()
    rubrics.save(team_of(run_id), "ours", body, None)
    assert rescoring.rescore(run_id, "ours", None) == "ours@1"
    with pytest.raises(NotFoundError):
        rescoring.rescore(stored_run(), "ours", None)


def test_words_that_are_no_longer_in_the_stored_text_earn_nothing(in_app: Flask) -> None:
    run_id = stored_run()
    text = db.session.execute(select(NodeArtifact.sha256).where(NodeArtifact.name == "text.txt")).scalar_one()
    artifacts.path_of(text).write_text("Limitations: none at all. Results: 0.9 ± 0.1.")
    rescoring.rescore(run_id, "neurips", None)
    stands = verdicts.answers([run_id], "neurips", "2025.2")[run_id]
    assert stands["limitations"] == "not_assessed"


def test_a_ruling_stands_over_what_was_scored_again(in_app: Flask) -> None:
    run_id = stored_run()
    rescoring.rescore(run_id, "pineau", None)
    rulings.rule(run_id, "pineau@2.0", "runtime", "met", "Table 4.", factories.user().id)
    assert verdicts.answers([run_id], "pineau", "2.0")[run_id]["runtime"] == "met"


def test_a_run_without_evidence_cannot_be_scored(in_app: Flask) -> None:
    with pytest.raises(NotAllowedError, match="no evidence yet"):
        rescoring.rescore(factories.started_run(), "neurips", None)


@pytest.mark.parametrize("name", ["horoscope", "neurips@1999", "../neurips"])
def test_an_unknown_rubric_is_not_found(in_app: Flask, name: str) -> None:
    with pytest.raises(NotFoundError):
        rescoring.rescore(stored_run(), name, None)
