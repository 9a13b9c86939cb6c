"""Cohorts: made, filled, started and read, alone and beside another."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from dashboard import cells
from dashboard.engine import cohorts, papers, rulings
from dashboard.extensions import db
from dashboard.models import Cohort, CohortPaper, Paper, Team, User, WorkflowRun
from dashboard.reads import cohorts as cohort_lists
from tests import factories
from tests.engine.judged_runs import NODES, judged_run, output_of, stored_run, succeed
from tests.factories import SMALLEST_PDF
from tests.views.conftest import Lab

GOOD = {"limitations": "met", "claims": "met", "theory": "not_assessed"}
POOR = {"limitations": "not_met", "claims": "met", "theory": "not_met"}


def judged_paper(team: Team, title: str, answers: Mapping[str, str]) -> Paper:
    paper = factories.paper(team)
    papers.entitle(paper.id, title)
    judged_run(paper, answers)
    return paper


def a_cohort(team: Team, name: str, *members: Paper) -> int:
    cohort_id = cohorts.create(team.id, name, "", None)
    cohorts.add_papers(cohort_id, [paper.id for paper in members], None)
    return cohort_id


@pytest.fixture
def venue(app: Flask, lab: Lab) -> int:
    """A good paper, a poor one, and one that nobody has run."""
    with app.app_context():
        team = db.session.get_one(Team, lab.team_id)
        good, poor = judged_paper(team, "3D, a good one", GOOD), judged_paper(team, "=HYPERLINK(1)", POOR)
        return a_cohort(team, "MICCAI 2026", good, poor, db.session.get_one(Paper, lab.paper_id))


@pytest.fixture
def other_venue(app: Flask, lab: Lab) -> int:
    with app.app_context():
        team = db.session.get_one(Team, lab.team_id)
        return a_cohort(team, "MICCAI 2025", judged_paper(team, "An old one", POOR))


@pytest.fixture
def fresh(app: Flask, lab: Lab) -> int:
    """A cohort nobody has put a paper in."""
    with app.app_context():
        return cohorts.create(lab.team_id, "Empty", "", None)


def inside(app: Flask, cohort_id: int) -> set[int]:
    with app.app_context():
        return set(db.session.scalars(select(CohortPaper.paper_id).where(CohortPaper.cohort_id == cohort_id)))


def rows(browser: FlaskClient, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(engine, "before_cursor_execute", listen)
    yield asked
    event.remove(engine, "before_cursor_execute", listen)


def test_a_member_makes_one_and_sees_it_in_the_list(member: FlaskClient) -> None:
    answer = member.post("/cohorts", data={"name": "NeurIPS <2026>", "description": "accepted"})
    assert answer.status_code == 303
    assert "No papers in this cohort yet" in member.get(answer.location).text
    assert "NeurIPS &lt;2026&gt;" in member.get("/cohorts").text


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(member: FlaskClient, fresh: int) -> None:
    answer = member.post("/cohorts", data={"name": "Empty", "description": "typed by hand"})
    assert answer.status_code == 422
    assert "already" in answer.text and "typed by hand" in answer.text


def test_viewers_look_and_change_nothing(viewer: FlaskClient, venue: int) -> None:
    page = viewer.get(f"/cohorts/{venue}").text
    assert "3D, a good one" in page
    assert 'method="post" action="/cohorts' not in page + viewer.get("/cohorts").text
    assert viewer.post("/cohorts", data={"name": "Mine"}).status_code == 403


def test_it_shows_how_often_each_criterion_is_met(member: FlaskClient, venue: int) -> None:
    page = member.get(f"/cohorts/{venue}").text
    assert 'aria-label="Limitations: 1 met, 1 not met, 0 not applicable, 0 not assessed"' in page
    assert 'aria-label="Claims: 2 met, 0 not met, 0 not applicable, 0 not assessed"' in page
    assert "<strong>100 %</strong>" in page and "34 % to 100 %" in page
    assert "2</strong> of 3 papers judged" in page


def test_the_worst_paper_comes_first_with_what_it_lacks(member: FlaskClient, venue: int) -> None:
    page = member.get(f"/cohorts/{venue}").text
    worst, best = page.index("=HYPERLINK(1)"), page.index("3D, a good one")
    assert worst < best
    assert "Limitations, Theory assumptions and proofs" in page[worst:best]
    assert "33 %" in page[worst:best] and "1 of 3" in page[worst:best]


def test_it_lists_what_has_no_answers_yet(member: FlaskClient, venue: int, lab: Lab, failed: int) -> None:
    page = member.get(f"/cohorts/{venue}").text
    assert "1 paper without answers" in page
    assert f'href="/runs/{failed}"' in page[page.index("waiting-head") :]


def test_a_persons_ruling_counts(app: Flask, member: FlaskClient, venue: int) -> None:
    with app.app_context():
        poor = select(Paper.id).where(Paper.title == "=HYPERLINK(1)").scalar_subquery()
        run_id = db.session.scalar(select(WorkflowRun.id).where(WorkflowRun.paper_id == poor))
        assert run_id is not None
        by = db.session.scalars(select(User.id)).first()
        assert by is not None
        rulings.rule(run_id, "neurips", "limitations", "met", "It does, on page 9.", by)
    assert 'aria-label="Limitations: 2 met, 0 not met' in member.get(f"/cohorts/{venue}").text


def test_a_later_run_without_answers_does_not_hide_the_earlier(app: Flask, member: FlaskClient, venue: int) -> None:
    with app.app_context():
        paper = db.session.scalars(select(Paper).where(Paper.title == "3D, a good one")).one()
        later = factories.started_run(paper)
    page = member.get(f"/cohorts/{venue}").text
    assert "2</strong> of 3 papers judged" in page
    assert f'<a class="bare" href="/runs/{later}">' in page


def test_another_rubric_and_a_version_nobody_used(member: FlaskClient, venue: int) -> None:
    assert "judged by ML Code Completeness" in member.get(f"/cohorts/{venue}?rubric=ml_code_completeness").text
    assert "No paper of this cohort has answers" in member.get(f"/cohorts/{venue}?rubric=neurips@2025.2").text
    assert member.get(f"/cohorts/{venue}?rubric=neurips@1").status_code == 404
    assert member.get(f"/cohorts/{venue}?rubric=nothing").status_code == 404


def test_judged_papers_are_scored_by_another_rubric_from_what_they_stored(
    app: Flask, member: FlaskClient, venue: int, lab: Lab
) -> None:
    with app.app_context():
        stored_run(db.session.get_one(Paper, lab.paper_id))
    assert "3 of them were judged, but not by this rubric." in member.get(f"/cohorts/{venue}?rubric=pineau").text
    answer = member.post(f"/cohorts/{venue}/rescore", data={"rubric": "pineau"})
    assert answer.location == f"/cohorts/{venue}?rubric=pineau@2.0"
    page = member.get(answer.location).text
    assert "1 paper scored by pineau@2.0" in page and "2 runs stored no evidence to judge." in page
    assert "1</strong> of 3 papers judged" in page
    assert member.post(f"/cohorts/{venue}/rescore", data={"rubric": "none"}).status_code == 404


def test_two_cohorts_side_by_side(member: FlaskClient, venue: int, other_venue: int) -> None:
    page = member.get(f"/cohorts/{venue}?with={other_venue}").text
    assert 'aria-label="Limitations: 50 % against 0 %"' in page
    assert "<strong>+50</strong>" in page and "no clear difference" in page
    assert "Scores of MICCAI 2026" in page and "Scores of MICCAI 2025" in page


def test_another_teams_cohort_is_not_laid_beside(app: Flask, member: FlaskClient, venue: int) -> None:
    with app.app_context():
        theirs = a_cohort(factories.team(), "Theirs")
    assert member.get(f"/cohorts/{venue}?with={theirs}").status_code == 404
    assert member.get(f"/cohorts/{venue}/criteria.csv?with={theirs}").status_code == 404


def test_the_sheet_of_papers_has_a_row_each(member: FlaskClient, venue: int) -> None:
    head, worst, best, unjudged = rows(member, f"/cohorts/{venue}/papers.csv")
    named = [dict(zip(head, row, strict=True)) for row in (worst, best, unjudged)]
    assert [one["score"] for one in named] == ["33", "100", ""]
    assert [one["percentile"] for one in named] == ["25.0", "75.0", ""]
    assert [one["limitations"] for one in named] == ["not_met", "met", ""]
    assert named[0]["title"] == "'=HYPERLINK(1)"


def test_the_sheet_of_criteria_has_a_row_each(member: FlaskClient, venue: int, other_venue: int) -> None:
    head, *found = rows(member, f"/cohorts/{venue}/criteria.csv?with={other_venue}")
    by_name = {row[1]: dict(zip(head, row, strict=True)) for row in found}
    limits = by_name["limitations"]
    assert (limits["met"], limits["not_met"], limits["met_percent"], limits["low"]) == ("1", "1", "50.0", "9.5")
    assert (limits["other_met"], limits["difference_points"]) == ("0", "50.0")
    assert by_name["safeguards"]["not_asked"] == "2"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=x", "＝1"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert cells.cell(text) == f"'{text}"
    assert (cells.cell(-1.5), cells.cell("a=b"), cells.cell(None)) == (-1.5, "a=b", None)


def test_papers_are_picked_from_those_outside(app: Flask, member: FlaskClient, fresh: int, lab: Lab) -> None:
    page = member.get(f"/cohorts/{fresh}/papers").text
    assert f'name="paper" value="{lab.paper_id}"' in page
    member.post(f"/cohorts/{fresh}/papers", data={"paper": [lab.paper_id]})
    assert inside(app, fresh) == {lab.paper_id}
    assert "Every paper of the team is in this cohort" in member.get(f"/cohorts/{fresh}/papers").text


def test_all_that_fit_a_search_are_added_at_once(app: Flask, member: FlaskClient, venue: int, fresh: int) -> None:
    assert "Add all 1 paper" in member.get(f"/cohorts/{fresh}/papers?q=good").text
    member.post(f"/cohorts/{fresh}/papers", data={"all": "1", "q": "good"})
    assert "3D, a good one" in member.get(f"/cohorts/{fresh}").text
    assert len(inside(app, fresh)) == 1


def test_nothing_ticked_says_so(member: FlaskClient, fresh: int) -> None:
    answer = member.post(f"/cohorts/{fresh}/papers", data={})
    assert "No paper was chosen." in member.get(answer.location).text


def test_a_paper_is_taken_out(app: Flask, member: FlaskClient, venue: int, lab: Lab) -> None:
    member.post(f"/cohorts/{venue}/papers/remove", data={"paper": lab.paper_id})
    assert lab.paper_id not in inside(app, venue)


def test_an_upload_goes_into_the_cohort(app: Flask, member: FlaskClient, fresh: int, lab: Lab) -> None:
    files = [(BytesIO(SMALLEST_PDF + b"new"), "new.pdf"), (BytesIO(b"no"), "bad.pdf")]
    answer = member.post("/papers", data={"files": files, "cohort": fresh, "start": lab.workflow})
    assert answer.location.endswith(f"?cohort={fresh}")
    assert f'href="/cohorts/{fresh}"' in member.get(answer.location).text
    assert len(inside(app, fresh)) == 1


def test_an_upload_into_another_teams_cohort_is_not_taken(app: Flask, stranger: FlaskClient, fresh: int) -> None:
    files = [(BytesIO(SMALLEST_PDF + b"new"), "new.pdf")]
    assert stranger.post("/papers", data={"files": files, "cohort": fresh}).status_code == 404
    assert inside(app, fresh) == set()


def test_runs_start_where_none_has_finished(app: Flask, member: FlaskClient, venue: int, lab: Lab) -> None:
    member.post(f"/cohorts/{venue}/runs", data={"workflow": lab.workflow})
    assert "3 runs started." in member.get(f"/cohorts/{venue}").text
    member.post(f"/cohorts/{venue}/runs", data={"workflow": lab.workflow, "again": "1"})
    assert "No run was started" in member.get(f"/cohorts/{venue}").text


def test_it_is_renamed_and_deleted(app: Flask, member: FlaskClient, venue: int) -> None:
    member.post(f"/cohorts/{venue}/rename", data={"name": "MICCAI '26", "description": "A venue"})
    assert "MICCAI &#39;26" in member.get(f"/cohorts/{venue}").text
    answer = member.post(f"/cohorts/{venue}/delete")
    assert "Its papers and their runs are still here." in member.get(answer.location).text
    assert member.get(f"/cohorts/{venue}").status_code == 404
    with app.app_context():
        assert db.session.get(Cohort, venue) is None


def test_the_poll_is_silent_until_something_changes(app: Flask, member: FlaskClient, venue: int, lab: Lab) -> None:
    """The third paper's run has answers while it still goes on."""
    with app.app_context():
        factories.started_run(db.session.get_one(Paper, lab.paper_id), factories.definition(**NODES))
    page = member.get(f"/cohorts/{venue}").text
    address = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert member.get(address).status_code == 204
    with app.app_context():
        succeed(output_of({"neurips": POOR}, ""))
    changed = member.get(address)
    assert changed.status_code == 200
    assert "3</strong> of 3 papers judged" in changed.text


def test_a_ruling_and_a_new_paper_are_changes_too(app: Flask, lab: Lab, venue: int) -> None:
    with app.app_context():
        seen = {cohort_lists.state([venue])}
        run_id, by = db.session.scalar(select(func.max(WorkflowRun.id))), db.session.scalar(select(func.max(User.id)))
        assert run_id is not None and by is not None
        ruling = rulings.rule(run_id, "neurips", "limitations", "not_applicable", "No method here.", by)
        seen.add(cohort_lists.state([venue]))
        rulings.withdraw(ruling, by)
        seen.add(cohort_lists.state([venue]))
        cohorts.remove_paper(venue, lab.paper_id, None)
        seen.add(cohort_lists.state([venue]))
    assert len(seen) == 4


def test_a_cohort_at_rest_is_not_polled(member: FlaskClient, venue: int) -> None:
    assert "hx-trigger" not in member.get(f"/cohorts/{venue}").text


def test_more_papers_ask_no_more_queries(app: Flask, member: FlaskClient, venue: int, other_venue: int) -> None:
    with counted_queries(app) as few:
        member.get(f"/cohorts/{other_venue}")
    with counted_queries(app) as many:
        member.get(f"/cohorts/{venue}?with={other_venue}")
    assert len(many) == len(few) <= 12
