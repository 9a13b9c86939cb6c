"""Verbs that pages have had longer than programs: hold, answer, dealt with, score again, change a cohort."""

from __future__ import annotations

import pytest
from flask import Flask

from dashboard.engine import asking, cohorts, members, papers
from dashboard.engine.questions import Question
from dashboard.extensions import db
from dashboard.models import Team
from tests import factories
from tests.api.conftest import Hire, Program, is_problem
from tests.views.conftest import Lab, claim


def test_a_token_tells_whose_it_is_and_what_it_opens(hire: Hire, lab: Lab) -> None:
    told = hire(lab, "admin", "write").told("/token")
    assert (told["name"], told["scope"]) == ("a script", "write") and told["team"] and told["expires_at"]


def test_a_token_opens_no_more_than_its_person_may(hire: Hire, lab: Lab, app: Flask) -> None:
    program = hire(lab, "member", "write")
    with app.app_context():
        member, admin = (factories.id_of(lab.emails[role]) for role in ("member", "admin"))
        members.change_role(lab.team_id, member, "viewer", admin)
    assert program.told("/token")["scope"] == "read"


def test_a_node_is_held_and_released(program: Program, running: int) -> None:
    node = f"/runs/{running}/nodes/first"
    held = program.post(f"{node}/hold", json={"reason": "look first"}).get_json()
    assert (held["status"], "look first" in held["wait"]) == ("HELD", True)
    assert program.post(f"{node}/release").get_json()["status"] == "READY"
    assert is_problem(program.post(f"{node}/hold", json={"reason": ""}), 422)


def test_what_a_node_asks_is_told_and_answered(app: Flask, program: Program, running: int) -> None:
    with app.app_context():
        asking.ask(claim(), [Question("which", "Which one?", ("left", "right"))])
    node = f"/runs/{running}/nodes/first"
    (question,) = program.told(node)["questions"]
    assert (question["words"], question["choices"], question["answer"]) == ("Which one?", ["left", "right"], None)
    assert is_problem(program.post(f"{node}/answer", json={"key": "which", "answer": "up"}), 422)
    answered = program.post(f"{node}/answer", json={"key": "which", "answer": "left"}).get_json()
    assert (answered["questions"][0]["answer"], answered["status"]) == ("left", "READY")
    assert is_problem(program.post(f"{node}/answer", json={"key": "which", "answer": "left"}), 409)


def test_a_failure_is_dealt_with_and_reopened(program: Program, failed: int) -> None:
    assert program.post(f"/runs/{failed}/dealt-with", json={"how": "asked the host"}).get_json()["dealt_with_at"]
    assert program.post(f"/runs/{failed}/reopen").get_json()["dealt_with_at"] is None
    assert is_problem(program.post(f"/runs/{failed}/reopen"), 409)


def test_a_run_without_evidence_is_not_scored_again(program: Program, finished: int) -> None:
    assert is_problem(program.post(f"/runs/{finished}/rescore", json={"rubric": "neurips"}), 409)
    assert is_problem(program.post(f"/runs/{finished}/rescore", json={"rubric": "none such"}), 404)


@pytest.fixture
def cohort(app: Flask, lab: Lab) -> tuple[int, list[int]]:
    """A cohort of five papers, two of one title; its id and theirs by title."""
    with app.app_context():
        team = db.session.get(Team, lab.team_id)
        made = {factories.paper(team).id: title for title in ("c", "a", "b", "b", "d")}
        for paper_id, title in made.items():
            papers.entitle(paper_id, title)
        cohort_id = cohorts.create(lab.team_id, "A venue", "", None)
        cohorts.add_papers(cohort_id, list(made), None)
    return cohort_id, sorted(made, key=lambda one: (made[one], one))


def test_papers_of_a_cohort_are_paged_by_where_the_last_stands(program: Program, cohort: tuple[int, list[int]]) -> None:
    cohort_id, by_title = cohort
    found, address = [], f"/cohorts/{cohort_id}/papers?limit=2"
    while address:
        page = program.told(address)
        found.append([one["paper_id"] for one in page["items"]])
        address = page["next"]
    assert found == [by_title[:2], by_title[2:4], by_title[4:]]


def test_a_paper_that_went_meanwhile_shifts_no_page(program: Program, cohort: tuple[int, list[int]]) -> None:
    cohort_id, by_title = cohort
    first = program.told(f"/cohorts/{cohort_id}/papers?limit=2")
    program.post(f"/cohorts/{cohort_id}/papers/remove", json={"paper": by_title[0]})
    assert [one["paper_id"] for one in program.told(first["next"])["items"]] == by_title[2:4]


def test_a_cohort_is_renamed_and_deleted(program: Program, cohort: tuple[int, list[int]]) -> None:
    cohort_id, _ = cohort
    renamed = program.post(f"/cohorts/{cohort_id}/rename", json={"name": "B venue"}).get_json()
    assert (renamed["name"], renamed["papers"]) == ("B venue", 5)
    assert program.post(f"/cohorts/{cohort_id}/rescore", json={"rubric": "neurips"}).get_json()["scored"] == 0
    assert program.post(f"/cohorts/{cohort_id}/delete").get_json() == {"removed": cohort_id}
    assert is_problem(program.get(f"/cohorts/{cohort_id}"), 404)
