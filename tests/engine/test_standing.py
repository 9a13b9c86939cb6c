"""What stands in a run: the checks' answers under the rulings that hold for it."""

from __future__ import annotations

from flask import Flask

from dashboard.engine import standing
from dashboard.engine.clock import now
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Rescore, Ruling, WorkflowRun
from dashboard.reads import verdicts
from tests import factories
from tests.engine.judged_runs import ANSWERS, judged_run


def ruled(run_id: int, criterion: str, answer: str, rubric: str = "neurips", **columns: object) -> None:
    """A ruling as it lies in its table."""
    run = db.session.get(WorkflowRun, run_id)
    assert run is not None
    person = factories.user()
    with writing() as session:
        session.add(
            Ruling(
                team_id=run.team_id, paper_id=run.paper_id, run_id=run_id, rubric=rubric, criterion=criterion,
                answer=answer, found="met", reason="", ruled_by=person.id, created_at=now(),
                **{"at_commit": "", **columns},
            )
        )  # fmt: skip


def test_what_was_found_stands_where_nobody_ruled(in_app: Flask) -> None:
    run_id = judged_run()
    assert verdicts.answers([run_id], "neurips") == {run_id: ANSWERS}


def test_a_run_that_was_not_judged_by_a_rubric_is_absent(in_app: Flask) -> None:
    assert verdicts.answers([judged_run()], "pineau") == {}


def test_a_run_without_answers_yet_is_absent(in_app: Flask) -> None:
    run_id = factories.started_run()
    assert verdicts.answers([run_id], "neurips") == {} and verdicts.judged(run_id) is None


def test_the_newest_ruling_stands(in_app: Flask) -> None:
    run_id = judged_run()
    ruled(run_id, "limitations", "not_met")
    ruled(run_id, "limitations", "not_applicable")
    assert verdicts.answers([run_id], "neurips")[run_id]["limitations"] == "not_applicable"


def test_a_withdrawn_ruling_stands_no_more(in_app: Flask) -> None:
    run_id = judged_run()
    ruled(run_id, "limitations", "not_met", withdrawn_at=now())
    assert verdicts.answers([run_id], "neurips")[run_id]["limitations"] == "met"


def test_a_ruling_on_the_repository_holds_at_its_commit_only(in_app: Flask) -> None:
    paper = factories.paper()
    here, elsewhere = judged_run(paper), judged_run(paper, commit="0ther")
    ruled(here, "training_code", "not_met", "ml_code_completeness", at_commit="c0ffee")
    stands = verdicts.answers([here, elsewhere], "ml_code_completeness")
    assert [stands[run_id]["training_code"] for run_id in (here, elsewhere)] == ["not_met", "met"]


def test_a_ruling_on_the_paper_holds_for_every_run_of_it_and_no_other(in_app: Flask) -> None:
    paper = factories.paper()
    one, another, of_another = judged_run(paper), judged_run(paper, commit="0ther"), judged_run()
    ruled(one, "limitations", "not_met")
    stands = verdicts.answers([one, another, of_another], "neurips")
    assert [stands[run_id]["limitations"] for run_id in (one, another, of_another)] == ["not_met", "not_met", "met"]


def test_of_many_rulings_a_run_takes_those_on_its_paper(in_app: Flask) -> None:
    one, of_another = judged_run(), judged_run()
    ruled(of_another, "limitations", "not_met")
    connection = db.session.connection()
    found = standing.found(connection, [one, of_another])
    rulings = standing.opinions(connection, {each.paper_id for each in found})
    stands = {each.run_id: standing.standing(each, rulings)["neurips"]["limitations"] for each in found}
    assert stands == {one: "met", of_another: "not_met"}


def test_another_version_comes_from_scoring_again(in_app: Flask) -> None:
    run_id = judged_run()
    with writing() as session:
        answers = {"limitations": "not_met", "claims": "met"}
        session.add(Rescore(run_id=run_id, rubric="neurips", version="9", answers=answers, created_at=now()))
    assert verdicts.answers([run_id], "neurips", "9") == {run_id: answers}
    assert verdicts.answers([run_id], "neurips", "2025.1") == {run_id: ANSWERS}
    assert verdicts.answers([run_id], "neurips", "8") == {}


def test_a_judgement_shows_the_checks_answer_the_evidence_and_every_ruling(in_app: Flask) -> None:
    run_id = judged_run()
    ruled(run_id, "limitations", "not_met", withdrawn_at=now())
    ruled(run_id, "limitations", "not_applicable")
    judged = verdicts.judged(run_id)
    assert judged is not None
    (rubric, _code) = judged.rubrics
    limitations = rubric.criteria[0]
    assert (limitations.answer, limitations.stands) == ("met", "not_applicable")
    assert [ruling.stands for ruling in limitations.rulings] == [False, True]
    assert limitations.quotes[0].boxes == ((1, 2, 3, 4),)
    assert rubric.score == 0 and judged.overall.met == 1
