"""People's rulings: both answers stay to be seen, and the scores of every run they hold for follow at once."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.engine import progress, rulings
from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import AuditEvent, Rescore, Ruling, WorkflowRun
from dashboard.reads import verdicts
from tests import factories
from tests.engine.judged_runs import judged_run


def score(run_id: int) -> float | None:
    db.session.rollback()
    return db.session.scalar(select(WorkflowRun.score).where(WorkflowRun.id == run_id))


def version(run_id: int) -> int:
    db.session.rollback()
    return db.session.execute(select(WorkflowRun.version).where(WorkflowRun.id == run_id)).scalar_one()


def person() -> int:
    return factories.user().id


def rule(run_id: int, answer: str, criterion: str = "limitations", reason: str = "I read it.", by: int = 0) -> int:
    return rulings.rule(run_id, "neurips", criterion, answer, reason, by or person())


def everything() -> list[Ruling]:
    db.session.rollback()
    return list(db.session.scalars(select(Ruling).order_by(Ruling.id)))


def test_overruling_keeps_what_the_checks_found(in_app: Flask) -> None:
    run_id = judged_run()
    rule(run_id, "not_met")
    judged = verdicts.judged(run_id)
    assert judged is not None
    criterion = judged.rubrics[0].criteria[0]
    assert (criterion.answer, criterion.stands, criterion.rulings[0].reason) == ("met", "not_met", "I read it.")


def test_the_score_follows_in_the_same_breath(in_app: Flask) -> None:
    run_id = judged_run(score=50)
    rule(run_id, "met", "error_bars")
    assert score(run_id) == 75.0  # limitations, error_bars and training_code of four assessed


def test_the_score_of_another_run_of_the_paper_follows_too(in_app: Flask) -> None:
    paper = factories.paper()
    one, another, of_another = judged_run(paper), judged_run(paper, commit="0ther"), judged_run()
    before = version(another), version(of_another)
    rule(one, "met", "error_bars")
    assert (score(another), score(of_another)) == (75.0, 50.0)
    assert (version(another) > before[0], version(of_another)) == (True, before[1])


def test_a_ruling_on_the_code_changes_no_run_at_another_commit(in_app: Flask) -> None:
    paper = factories.paper()
    one, another = judged_run(paper), judged_run(paper, commit="0ther")
    rulings.rule(one, "ml_code_completeness", "dependencies", "met", "It is there.", person())
    assert (score(one), score(another)) == (75.0, 50.0)


def test_a_ruling_on_code_that_was_not_there_holds_where_none_is_there(in_app: Flask) -> None:
    paper = factories.paper()
    without, with_code = judged_run(paper, commit=""), judged_run(paper, commit="c0ffee")
    rulings.rule(without, "ml_code_completeness", "dependencies", "met", "In the supplement.", person())
    assert (score(without), score(with_code)) == (75.0, 50.0)


def test_a_page_that_looks_on_sees_it(in_app: Flask) -> None:
    run_id = judged_run()
    before = version(run_id)
    rule(run_id, "not_met")
    assert version(run_id) > before and progress.of_run(run_id).percentage == 100


def test_overruling_needs_a_reason_and_confirming_none(in_app: Flask) -> None:
    run_id = judged_run()
    with pytest.raises(InvalidInputError, match="reason"):
        rule(run_id, "not_met", reason="  ")
    rule(run_id, "met", reason="")
    assert [ruling.answer for ruling in everything()] == ["met"]


def test_the_same_again_is_one_ruling(in_app: Flask) -> None:
    run_id, by = judged_run(), person()
    assert rule(run_id, "not_met", by=by) == rule(run_id, "not_met", by=by)
    assert len(everything()) == 1


def test_a_new_ruling_replaces_ones_own_and_nobody_elses(in_app: Flask) -> None:
    run_id, by = judged_run(), person()
    rule(run_id, "not_applicable")
    rule(run_id, "not_met", by=by)
    rule(run_id, "met", by=by)
    assert [(one.answer, one.withdrawn_at is None) for one in everything()] == [
        ("not_applicable", True), ("not_met", False), ("met", True),
    ]  # fmt: skip


def test_withdrawing_brings_back_what_stood_before(in_app: Flask) -> None:
    run_id = judged_run()
    ruling = rule(run_id, "met", "error_bars")
    rulings.withdraw(ruling, person())
    ended = everything()[0].withdrawn_at
    rulings.withdraw(ruling, person())
    assert score(run_id) == 50.0 and ended is not None and everything()[0].withdrawn_at == ended


def test_every_act_is_in_the_audit_trail(in_app: Flask) -> None:
    run_id, by = judged_run(), person()
    rulings.withdraw(rule(run_id, "not_met", by=by), by)
    lines = db.session.scalars(select(AuditEvent).where(AuditEvent.object_id == run_id, AuditEvent.user_id == by)).all()
    assert [line.action for line in lines] == ["ruling.make", "ruling.withdraw"]
    assert lines[0].detail["criterion"] == "neurips/limitations"


def test_a_criterion_of_a_rubric_it_was_scored_by_later_can_be_ruled_on(in_app: Flask) -> None:
    run_id = judged_run()
    with writing() as session:
        again = Rescore(run_id=run_id, rubric="neurips", version="2025.2", answers={"claims": "not_assessed"})
        again.created_at = now()
        session.add(again)
    rulings.rule(run_id, "neurips@2025.2", "claims", "met", "They do.", person())
    assert verdicts.answers([run_id], "neurips", "2025.2")[run_id] == {"claims": "met"}


@pytest.mark.parametrize("wrong", [("neurips", "no_such"), ("pineau", "runtime"), ("no_such", "claims")])
def test_what_was_not_asked_cannot_be_ruled_on(in_app: Flask, wrong: tuple[str, str]) -> None:
    with pytest.raises(NotFoundError):
        rulings.rule(judged_run(), *wrong, "met", "So it is.", person())


def test_a_run_that_has_judged_nothing_cannot_be_ruled_on(in_app: Flask) -> None:
    with pytest.raises(NotFoundError, match="nothing yet"):
        rule(factories.started_run(), "met")


def test_an_answer_is_one_of_four(in_app: Flask) -> None:
    with pytest.raises(InvalidInputError, match="not_applicable"):
        rule(judged_run(), "perhaps")
