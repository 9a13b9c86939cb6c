"""Cohorts hold papers of one team, and start a workflow on each paper once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.engine import cohort_runs, cohorts, doorbell, outcomes, runs
from dashboard.engine.errors import InvalidInputError, NotFoundError
from dashboard.extensions import db
from dashboard.models import AuditEvent, Cohort, CohortPaper, Paper, Team, WorkflowDefinition, WorkflowRun
from tests import factories
from tests.engine import steps

pytestmark = pytest.mark.usefixtures("in_app")


def venue(of: Team | None = None, name: str = "MICCAI 2026") -> int:
    """A cohort nobody has put a paper in."""
    return cohorts.create((of or factories.team()).id, name, "", None)


def filled(papers: int) -> tuple[int, list[int]]:
    """A cohort with that many papers, and their ids."""
    team = factories.team()
    ids = [factories.paper(team).id for _ in range(papers)]
    cohort_id = venue(team)
    cohorts.add_papers(cohort_id, ids, None)
    return cohort_id, ids


def inside(cohort_id: int) -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(CohortPaper.paper_id).where(CohortPaper.cohort_id == cohort_id)))


def runs_by_paper() -> dict[int | None, int]:
    db.session.rollback()
    counted = select(WorkflowRun.paper_id, func.count()).group_by(WorkflowRun.paper_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def begin(cohort_id: int, workflow: WorkflowDefinition, again: bool = False) -> int:
    return cohort_runs.start(cohort_id, workflow, again, None)


def test_a_name_is_given_once_in_a_team_and_again_in_another() -> None:
    team = factories.team()
    venue(team)
    with pytest.raises(InvalidInputError, match="called 'MICCAI 2026' already"):
        venue(team)
    assert venue(factories.team())


def test_a_cohort_is_not_renamed_to_the_name_of_another() -> None:
    team = factories.team()
    venue(team)
    other = venue(team, "NeurIPS 2026")
    with pytest.raises(InvalidInputError, match="already"):
        cohorts.rename(other, " MICCAI  2026 ", "", None)
    cohorts.rename(other, " NeurIPS 2027", " accepted papers ", None)
    db.session.rollback()
    found = db.session.get_one(Cohort, other)
    assert (found.name, found.description) == ("NeurIPS 2027", "accepted papers")


@pytest.mark.parametrize("name", ["", "  \t", "x" * 201])
def test_a_name_is_neither_empty_nor_endless(name: str) -> None:
    with pytest.raises(InvalidInputError):
        cohorts.create(factories.team().id, name, "", None)


def test_a_paper_is_in_it_once_however_often_it_is_added() -> None:
    cohort_id, (one, two) = filled(2)
    assert cohorts.add_papers(cohort_id, [one, two, two], None) == 0
    assert inside(cohort_id) == {one, two}


def test_another_teams_paper_stays_out() -> None:
    cohort_id, _ = filled(0)
    assert cohorts.add_papers(cohort_id, [factories.paper().id], None) == 0
    assert inside(cohort_id) == set()


def test_it_takes_no_more_papers_than_it_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohorts, "MOST_PAPERS", 2)
    cohort_id, ids = filled(2)
    team_id = db.session.get_one(Cohort, cohort_id).team_id
    third = factories.paper(db.session.get_one(Team, team_id)).id
    with pytest.raises(InvalidInputError, match="at most 2 papers"):
        cohorts.add_papers(cohort_id, [third], None)
    assert inside(cohort_id) == set(ids)


def test_a_removed_cohort_leaves_its_papers_and_their_runs() -> None:
    cohort_id, ids = filled(2)
    begin(cohort_id, factories.definition())
    cohorts.remove(cohort_id, None)
    assert inside(cohort_id) == set()
    assert set(db.session.scalars(select(Paper.id))) >= set(ids)
    assert runs_by_paper() == dict.fromkeys(ids, 1)
    with pytest.raises(NotFoundError):
        cohorts.remove(cohort_id, None)


def test_a_paper_taken_out_is_still_the_teams() -> None:
    cohort_id, (one, two) = filled(2)
    cohorts.remove_paper(cohort_id, one, None)
    assert inside(cohort_id) == {two}
    assert db.session.get(Paper, one)


def test_a_second_click_starts_nothing() -> None:
    cohort_id, ids = filled(3)
    workflow = factories.definition()
    assert (begin(cohort_id, workflow), begin(cohort_id, workflow, again=True)) == (3, 0)
    assert runs_by_paper() == dict.fromkeys(ids, 1)


def test_two_people_who_click_at_once_start_each_paper_once(app: Flask) -> None:
    cohort_id, ids = filled(30)
    workflow_id = factories.definition().id
    db.session.rollback()

    def click(_person: int) -> int:
        with app.app_context():
            return begin(cohort_id, db.session.get_one(WorkflowDefinition, workflow_id))

    with ThreadPoolExecutor(2) as people:
        assert sum(people.map(click, range(2))) == 30
    assert runs_by_paper() == dict.fromkeys(ids, 1)


def test_it_starts_more_papers_than_fit_one_transaction() -> None:
    cohort_id, ids = filled(2 * cohort_runs.AT_A_TIME + 1)
    assert begin(cohort_id, factories.definition()) == len(ids)
    assert acts().count("cohort.start") == 3
    assert acts().count("run.start") == len(ids)


def test_a_paper_done_with_is_left_out_unless_asked_for_again() -> None:
    cohort_id, (one, two) = filled(2)
    workflow = factories.definition(nodes=[{"id": "a", "handler": "a", "queue": "a"}])
    runs.create_and_start(workflow.id, one, db.session.get_one(Paper, one).team_id, {}, None)
    assert outcomes.succeed(steps.claim("a"), {}).landed
    assert begin(cohort_id, workflow) == 1
    assert runs_by_paper() == {one: 1, two: 1}
    assert begin(cohort_id, workflow, again=True) == 1
    assert runs_by_paper() == {one: 2, two: 1}


def test_a_run_that_ends_at_once_is_not_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort_id, ids = filled(3)
    workflow = factories.definition(nodes=[{"id": "a", "handler": "a", "queue": "a"}])
    monkeypatch.setattr(cohort_runs, "AT_A_TIME", 1)
    monkeypatch.setattr(doorbell, "ring", lambda queues: [steps.pass_node(queue) for queue in queues])
    assert begin(cohort_id, workflow, again=True) == 3
    assert runs_by_paper() == dict.fromkeys(ids, 1)


def test_a_failed_run_and_a_run_of_another_workflow_keep_no_paper_out() -> None:
    cohort_id, (one,) = filled(1)
    workflow = factories.definition(nodes=[{"id": "a", "handler": "a", "queue": "a"}])
    begin(cohort_id, workflow)
    failure = outcomes.Failure("ValueError", "it broke", is_permanent=True)
    assert outcomes.fail(steps.claim("a"), failure).landed
    assert (begin(cohort_id, workflow), begin(cohort_id, factories.definition())) == (1, 1)
    assert runs_by_paper() == {one: 3}


def test_every_change_is_on_the_record() -> None:
    cohort_id, (one,) = filled(1)
    cohorts.rename(cohort_id, "Other", "", None)
    cohorts.remove_paper(cohort_id, one, None)
    cohorts.remove(cohort_id, None)
    changes = [act.removeprefix("cohort.") for act in acts() if act.startswith("cohort.")]
    assert changes == ["create", "add", "rename", "drop", "remove"]
