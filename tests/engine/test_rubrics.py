"""A team's own rubrics: checked in plain words, kept version by version, seen by nobody else."""

from __future__ import annotations

import pytest
from flask import Flask

from dashboard.engine import rubrics
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.judging.criterion import FOLDER
from tests import factories

NEURIPS = (FOLDER / "neurips@2025.2.yaml").read_text()


def test_a_copy_is_kept_as_the_first_version(in_app: Flask) -> None:
    team = factories.team()
    rubrics.save(team.id, "ours", NEURIPS, None)
    kept = rubrics.resolve(team.id, "ours")
    assert (kept.name, kept.title, len(kept.criteria)) == ("ours@1", "NeurIPS Paper Checklist", 16)


def test_a_change_is_the_next_version_and_the_earlier_stays(in_app: Flask) -> None:
    team = factories.team()
    rubrics.save(team.id, "ours", NEURIPS, None)
    rubrics.save(team.id, "ours", NEURIPS.replace("NeurIPS Paper", "Our"), None)
    assert [rubrics.resolve(team.id, name).title for name in ("ours", "ours@1")] == [
        "Our Checklist", "NeurIPS Paper Checklist",
    ]  # fmt: skip


def test_saving_the_same_again_is_the_same_version(in_app: Flask) -> None:
    team = factories.team()
    names = [rubrics.save(team.id, "ours", body, None).name for body in (NEURIPS, NEURIPS.replace("\n", "\r\n"))]
    assert names == ["ours@1", "ours@1"]


def test_another_team_has_no_such_rubric(in_app: Flask) -> None:
    rubrics.save(factories.team().id, "ours", NEURIPS, None)
    with pytest.raises(NotFoundError, match="ours"):
        rubrics.resolve(factories.team().id, "ours")


@pytest.mark.parametrize("name", ["ours@2", "ours@x", "ours@99999999999", "neurips@1"])
def test_a_version_there_is_not_is_not_found(in_app: Flask, name: str) -> None:
    team = factories.team()
    rubrics.save(team.id, "ours", NEURIPS, None)
    with pytest.raises(NotFoundError):
        rubrics.resolve(team.id, name)


@pytest.mark.parametrize("name", ["neurips", "agreement", "Our rubric", "", "a" * 41])
def test_a_name_that_is_taken_or_unfit_is_refused(in_app: Flask, name: str) -> None:
    with pytest.raises(InvalidInputError, match="choose another"):
        rubrics.save(factories.team().id, name, NEURIPS, None)


def test_faults_are_told_one_by_one_with_the_criterion(in_app: Flask) -> None:
    broken = NEURIPS.replace("any: [limitations]", "any: [weather]").replace("item: 7", "item: seven")
    with pytest.raises(InvalidInputError) as refused:
        rubrics.save(factories.team().id, "ours", broken, None)
    assert [sentence.split(":")[0] for sentence in refused.value.sentences] == ["ours, limitations", "ours, error_bars"]


def test_another_question_needs_another_id(in_app: Flask) -> None:
    team = factories.team()
    rubrics.save(team.id, "ours", NEURIPS, None)
    with pytest.raises(InvalidInputError, match="ours, limitations: it asked something else before"):
        rubrics.save(team.id, "ours", NEURIPS.replace("Does the paper discuss the limitations", "Is it limited"), None)
