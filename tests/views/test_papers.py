"""The list of papers: how it is narrowed, ordered and paged, and runs started on many of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from dashboard.engine import outcomes
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import Team, WorkflowRun
from dashboard.reads import paper_list
from dashboard.reads.paper_filter import Order, PaperFilter
from tests import factories
from tests.views.conftest import Lab, claim, fail, start


def titles(browser: FlaskClient, query: str = "") -> list[str]:
    return re.findall(r'class="title" data-row href="/papers/\d+">([^<]*)<', browser.get(f"/papers{query}").text)


def add(lab: Lab, name: str, score: float | None = None) -> int:
    """A paper of the lab; with a score when it is given, which a finished run has left."""
    paper = factories.paper(db.session.get_one(Team, lab.team_id), filename=f"{name}.pdf")
    if score is not None:
        run_id = factories.run(paper)
        with writing() as session:
            session.execute(update(WorkflowRun).where(WorkflowRun.id == run_id).values(score=score))
    return paper.id


@pytest.fixture
def shelf(app: Flask, lab: Lab) -> Lab:
    """Four papers: the lab's own, whose run failed, two with the same score, one with a better."""
    with app.app_context():
        start(lab)
        fail(claim(), "it broke")
        for name, score in (("even", 33.3333), ("odd", 33.3333), ("best", 90.0)):
            add(lab, name, score)
    return lab


def test_it_is_narrowed_to_what_the_title_or_the_file_says(member: FlaskClient, shelf: Lab) -> None:
    assert titles(member, "?q=ODD") == ["odd"]
    assert titles(member, "?q=best.pdf") == ["best"]


@pytest.mark.parametrize(("state", "shown"), [("scored", 3), ("failed", 1), ("running", 3), ("unrun", 0), ("x", 4)])
def test_it_is_narrowed_to_how_papers_stand(member: FlaskClient, shelf: Lab, state: str, shown: int) -> None:
    assert len(titles(member, f"?state={state}")) == shown


def test_a_paper_without_a_run_is_found(app: Flask, member: FlaskClient, shelf: Lab) -> None:
    with app.app_context():
        add(shelf, "fresh")
    assert titles(member, "?state=unrun") == ["fresh"]


@pytest.mark.parametrize(
    ("order", "shown"),
    [("best", ["best", "odd", "even"]), ("worst", ["odd", "even", "best"]), ("oldest", ["even", "odd", "best"])],
)
def test_it_is_ordered_as_asked(member: FlaskClient, shelf: Lab, order: str, shown: list[str]) -> None:
    assert [one for one in titles(member, f"?order={order}") if not one.startswith("paper-")] == shown


@pytest.mark.parametrize("order", list(Order))
def test_the_pages_together_are_the_whole_list(app: Flask, shelf: Lab, order: Order) -> None:
    with app.app_context():
        whole = [row.id for row in paper_list.page(shelf.team_id, PaperFilter(order=order)).rows]
        before, found = "", []
        for _ in whole:
            page = paper_list.page(shelf.team_id, PaperFilter(order=order, before=before), limit=1)
            found += [row.id for row in page.rows]
            before = page.next_before or ""
        assert found == whole
        assert page.next_before is None


@pytest.mark.parametrize("before", ["x", "1:2:3", "9" * 40, "-1", ":"])
def test_a_place_in_the_list_that_is_none_is_its_beginning(member: FlaskClient, shelf: Lab, before: str) -> None:
    for order in Order:
        assert titles(member, f"?order={order}&before={before}") == titles(member, f"?order={order}")


def test_it_says_when_no_paper_fits(member: FlaskClient, lab: Lab) -> None:
    assert "No paper fits this filter." in member.get("/papers?q=nothing").text
    assert "No paper has a score yet." in member.get("/papers?order=best").text


def test_a_paper_shows_the_badges_of_its_newest_score(app: Flask, member: FlaskClient, lab: Lab) -> None:
    badges = [{"title": "Open code", "kind": "earned"}, {"title": "Hidden text", "kind": "warning"}]
    with app.app_context():
        scoring = factories.definition(nodes=[{"id": "compute_score", "handler": "x"}])
        start(replace(lab, definition_id=scoring.id))
        outcomes.succeed(claim(), {"score": 72.0, "badges": badges})
    page = member.get("/papers").text
    assert "Open code" in page
    assert "Hidden text" in page
    assert "72 %" in page


def test_viewers_see_no_ticks(viewer: FlaskClient, shelf: Lab) -> None:
    assert 'type="checkbox"' not in viewer.get("/papers").text.split("<main")[1].split("</main>")[0]


def test_it_says_beforehand_where_runs_would_start(app: Flask, member: FlaskClient, shelf: Lab) -> None:
    with app.app_context():
        fresh = add(shelf, "fresh")
        start(replace(shelf, paper_id=add(shelf, "going")))
    page = member.get(f"/papers/start?workflow={shelf.workflow}&of=all").text
    assert "on 6 papers" in page
    assert "On 1 paper it is under way" in page
    assert "Start 5 runs" in page
    assert f'name="paper" value="{fresh}"' not in page


def test_runs_start_on_the_ticked_papers_once(app: Flask, member: FlaskClient, shelf: Lab) -> None:
    with app.app_context():
        ticked = [add(shelf, "one"), add(shelf, "two")]
    asked = {"workflow": shelf.workflow, "paper": ticked}
    member.post("/papers/start", data=asked)
    member.post("/papers/start", data=asked)
    with app.app_context():
        wanted = select(func.count()).select_from(WorkflowRun).where(WorkflowRun.paper_id.in_(ticked))
        assert db.session.scalar(wanted) == 2
    assert "nothing was left to start" in member.get("/runs").text


def test_runs_start_on_all_that_fit_the_filter(app: Flask, member: FlaskClient, shelf: Lab) -> None:
    member.post("/papers/start", data={"workflow": shelf.workflow, "of": "all", "q": "odd"})
    assert "1 run started." in member.get("/runs").text


def test_papers_of_another_team_are_none(stranger: FlaskClient, app: Flask, shelf: Lab) -> None:
    answer = stranger.get(f"/papers/start?workflow={shelf.workflow}&paper={shelf.paper_id}")
    assert answer.status_code == 303
    stranger.post("/papers/start", data={"workflow": shelf.workflow, "paper": shelf.paper_id})
    with app.app_context():
        wanted = select(func.count()).select_from(WorkflowRun).where(WorkflowRun.paper_id == shelf.paper_id)
        assert db.session.scalar(wanted) == 1


def test_it_gives_the_pdf_back_as_a_download(member: FlaskClient, lab: Lab) -> None:
    answer = member.get(f"/papers/{lab.paper_id}/download")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_paper_page_shows_nodes_against_runs(member: FlaskClient, lab: Lab, failed: int) -> None:
    page = member.get(f"/papers/{lab.paper_id}?view=runs").text
    assert f'href="/runs/{failed}/nodes/second"' in page
    assert 'title="blocked"' in page
