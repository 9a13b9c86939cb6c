"""Scores, rulings, cohorts and bulk actions for programs."""

from __future__ import annotations

import pytest
from flask import Flask

from dashboard.engine import rulings
from dashboard.extensions import db
from dashboard.models import Team
from tests import factories
from tests.api.conftest import Hire, Program, is_problem
from tests.engine.judged_runs import judged_run
from tests.views.conftest import Lab


@pytest.fixture
def judged(app: Flask, lab: Lab) -> int:
    with app.app_context():
        return judged_run(factories.paper(db.session.get(Team, lab.team_id)))


SAID = {"rubric": "neurips", "criterion": "limitations", "answer": "not_met", "reason": "I read it."}


def stands(program: Program, run_id: int) -> dict[str, str]:
    found = program.told(f"/runs/{run_id}/scores?rubric=neurips")["criteria"]
    return {one["id"]: one["stands"] for one in found}


def test_it_tells_the_scores_under_a_rubric(program: Program, judged: int) -> None:
    scores = program.told(f"/runs/{judged}/scores")
    assert scores["rubric"] == "neurips@2025.1" and scores["counts"]["met"] == 1
    assert stands(program, judged)["limitations"] == "met"
    assert is_problem(program.get(f"/runs/{judged}/scores?rubric=none"), 404)


def test_a_run_that_was_not_judged_has_no_scores(program: Program, running: int) -> None:
    assert is_problem(program.get(f"/runs/{running}/scores"), 404)
    assert program.told(f"/runs/{running}/rulings") == {"items": []}


def test_it_rules_and_withdraws(program: Program, judged: int) -> None:
    answer = program.post(f"/runs/{judged}/rulings", json=SAID)
    assert answer.status_code == 201 and answer.get_json()["found"] == "met"
    assert stands(program, judged)["limitations"] == "not_met"
    ruling_id = answer.get_json()["id"]
    assert program.told(f"/runs/{judged}/rulings")["items"] == [answer.get_json()]
    assert program.post(f"/runs/{judged}/rulings/{ruling_id}/withdraw").get_json()["withdrawn"]
    assert stands(program, judged)["limitations"] == "met"


def test_overruling_needs_a_reason(program: Program, judged: int) -> None:
    assert is_problem(program.post(f"/runs/{judged}/rulings", json=SAID | {"reason": ""}), 422)
    assert is_problem(program.post(f"/runs/{judged}/rulings", json=SAID | {"criterion": "none"}), 404)
    assert is_problem(program.post(f"/runs/{judged}/rulings", json=SAID | {"answer": "perhaps"}), 422)


def test_what_others_ruled_is_hidden_until_one_has_ruled(app: Flask, lab: Lab, program: Program, judged: int) -> None:
    with app.app_context():
        rulings.rule(judged, *SAID.values(), factories.id_of(lab.emails["admin"]))
    assert stands(program, judged)["limitations"] == "met"
    assert program.told(f"/runs/{judged}/rulings")["items"] == []
    program.post(f"/runs/{judged}/rulings", json=SAID | {"answer": "not_applicable"})
    assert len(program.told(f"/runs/{judged}/rulings")["items"]) == 2


def test_a_ruling_of_another_is_withdrawn_by_admins_only(
    app: Flask, lab: Lab, program: Program, hire: Hire, judged: int
) -> None:
    with app.app_context():
        ruling_id = rulings.rule(judged, *SAID.values(), factories.id_of(lab.emails["admin"]))
    withdraw = f"/runs/{judged}/rulings/{ruling_id}/withdraw"
    assert is_problem(program.post(withdraw), 403)
    assert is_problem(hire(lab, "admin", "read").post(withdraw), 403)
    assert hire(lab, "admin", "admin").post(withdraw).status_code == 200


def test_it_makes_a_cohort_fills_it_and_starts_on_it(program: Program, lab: Lab, judged: int) -> None:
    cohort = program.post("/cohorts", json={"name": "A venue"}).get_json()
    assert program.post("/cohorts", json={"name": "A venue"}).status_code == 422
    papers = [paper["id"] for paper in program.told("/papers")["items"]]
    place = f"/cohorts/{cohort['id']}"
    assert program.post(f"{place}/papers", json={"papers": [*papers, 987654]}).get_json() == {"added": 2}
    assert (program.told(place)["papers"], program.told(place)["judged"]) == (2, 1)
    assert program.told("/cohorts")["items"] == [program.told(place)]
    started = [program.post(f"{place}/runs", json={"workflow": lab.workflow}).get_json() for _ in range(2)]
    assert started == [{"started": 2}, {"started": 0}]


def test_it_tells_the_papers_of_a_cohort_page_by_page_and_as_a_sheet(program: Program, judged: int) -> None:
    cohort_id = program.post("/cohorts", json={"name": "A venue"}).get_json()["id"]
    papers = [paper["id"] for paper in program.told("/papers")["items"]]
    program.post(f"/cohorts/{cohort_id}/papers", json={"papers": papers})
    first = program.told(f"/cohorts/{cohort_id}/papers?limit=1")
    rest = program.told(first["next"])
    assert sorted(one["paper_id"] for one in first["items"] + rest["items"]) == sorted(papers)
    assert rest["next"] is None
    sheet = program.get(f"/cohorts/{cohort_id}/papers.csv?rubric=neurips")
    assert sheet.content_type.startswith("text/csv") and len(sheet.text.splitlines()) == 3
    assert is_problem(program.get(f"/cohorts/{cohort_id}/papers.csv?rubric=none"), 404)


def test_it_acts_on_many_runs(program: Program, lab: Lab, failed: int) -> None:
    action = program.post("/bulk", json={"verb": "retry", "all_that_fit": {"status": "FAILED"}}).get_json()
    assert (action["total"], action["ended"], action["counts"]) == (1, 0, {"PENDING": 1})
    (item,) = program.told(f"/bulk/{action['id']}/runs")["items"]
    assert (item["run_id"], item["state"]) == (failed, "PENDING")
    assert program.post(f"/bulk/{action['id']}/stop").get_json() == {"runs": 1}
    assert program.told("/bulk")["items"] == [program.told(f"/bulk/{action['id']}")]
    assert is_problem(program.post(f"/bulk/{action['id']}/stop"), 409)


@pytest.mark.parametrize("chosen", [{}, {"runs": []}, {"runs": [1], "all_that_fit": {}}, {"runs": [987654]}])
def test_a_bulk_action_names_runs_in_one_way(program: Program, failed: int, chosen: dict[str, object]) -> None:
    assert is_problem(program.post("/bulk", json={"verb": "cancel", **chosen}), 422)
