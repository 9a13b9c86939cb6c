"""The list of runs is narrowed by its address, and a team names the filters it uses."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.engine import runs, saved_views
from dashboard.engine.errors import InvalidInputError
from tests import factories
from tests.views.conftest import Lab


def listed(client: FlaskClient, address: str) -> list[int]:
    """The runs that the page shows, from top to bottom."""
    return [int(found) for found in re.findall(r'<tr id="run-(\d+)"', client.get(address).text)]


@pytest.fixture
def deep(app: Flask, lab: Lab) -> int:
    """A run with a telling input."""
    given = {"repository": "https://example.org/Größe", "depth": 42}
    with app.app_context():
        return runs.create_and_start(lab.definition_id, lab.paper_id, lab.team_id, given, None)


@pytest.mark.parametrize(
    ("value", "is_found"),
    [("example.org", True), ("EXAMPLE", True), ("42", True), ("größe", True), ("depth", False), ("%", False)],
)
def test_it_searches_the_values_of_the_input(
    member: FlaskClient, running: int, deep: int, value: str, is_found: bool
) -> None:
    page = member.get("/runs", query_string={"input": value}).text
    assert (f'id="run-{deep}"' in page) is is_found
    assert f'id="run-{running}"' not in page


def test_it_turns_the_order_and_pages_on_in_it(
    app: Flask, member: FlaskClient, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        made = [runs.create(lab.definition_id, lab.paper_id, lab.team_id, {}, None) for _ in range(3)]
    assert listed(member, "/runs?order=oldest") == made
    assert listed(member, f"/runs?order=oldest&before={made[0]}") == made[1:]
    assert listed(member, "/runs") == made[::-1]


def test_a_view_is_kept_for_the_team_and_leads_to_its_filter(
    member: FlaskClient, viewer: FlaskClient, failed: int, running: int
) -> None:
    answer = member.post("/runs/views", data={"name": "Broken ones", "status": "FAILED", "order": "oldest"})
    assert (answer.status_code, answer.location) == (303, "/runs?status=FAILED&order=oldest")
    link = re.search(r'href="([^"]*)"[^>]*>Broken ones</a>', viewer.get("/runs").text)
    assert link is not None
    assert listed(viewer, link[1].replace("&amp;", "&")) == [failed]


def test_a_view_is_deleted_where_it_is_open(app: Flask, member: FlaskClient, lab: Lab, failed: int) -> None:
    with app.app_context():
        view_id = saved_views.save(lab.team_id, "Broken ones", {"status": "FAILED"}, None)
    assert f"/runs/views/{view_id}/delete" in member.get("/runs?status=FAILED").text
    assert member.post(f"/runs/views/{view_id}/delete").status_code == 303
    assert "Broken ones</a>" not in member.get("/runs").text
    assert member.post(f"/runs/views/{view_id}/delete").status_code == 404


def test_a_viewer_saves_none(viewer: FlaskClient, failed: int) -> None:
    assert "Save this view" not in viewer.get("/runs?status=FAILED").text
    assert viewer.post("/runs/views", data={"name": "Mine", "status": "FAILED"}).status_code == 403


def test_a_view_of_another_team_is_not_offered(
    app: Flask, member: FlaskClient, stranger: FlaskClient, lab: Lab
) -> None:
    with app.app_context():
        saved_views.save(lab.team_id, "Ours alone", {"status": "FAILED"}, None)
    assert "Ours alone" in member.get("/runs").text
    assert "Ours alone" not in stranger.get("/runs").text


@pytest.mark.parametrize(
    ("name", "sentence"), [("  ", "needs a name"), ("x" * 101, "at most 100 letters"), ("Taken", "already")]
)
def test_it_says_why_a_name_will_not_do(app: Flask, member: FlaskClient, lab: Lab, name: str, sentence: str) -> None:
    with app.app_context():
        saved_views.save(lab.team_id, "Taken", {}, None)
    answer = member.post("/runs/views", data={"name": name, "status": "FAILED"}, follow_redirects=True)
    assert sentence in answer.text


def test_a_team_keeps_fifty_views(in_app: Flask) -> None:
    team = factories.team()
    for number in range(saved_views.MOST_VIEWS):
        saved_views.save(team.id, f"View {number}", {}, None)
    with pytest.raises(InvalidInputError, match="at most 50"):
        saved_views.save(team.id, "One more", {}, None)
