"""Each page shows what it is for, to a browser and to htmx alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.extensions import db
from dashboard.models import Team
from dashboard.reads import runs
from dashboard.reads.run_filter import Filter
from tests import factories
from tests.views.conftest import PASSWORD, PASSWORD_HASH, Lab, claim, fail, start

HTMX = {"HX-Request": "true"}


def test_the_home_page_shows_the_exception_with_no_click(member: FlaskClient, failed: int) -> None:
    page = member.get("/").text
    assert "HostError: the host said &lt;no&gt; 42 times" in page
    assert f"/runs/{failed}/retry" in page


def test_the_home_page_puts_equal_errors_together(app: Flask, lab: Lab, member: FlaskClient, failed: int) -> None:
    with app.app_context():
        other = factories.paper(db.session.get(Team, lab.team_id))
        start(replace(lab, paper_id=other.id))
        fail(claim(), "the host said <no> 43 times")
    assert "2 runs: same error" in member.get("/").text


def test_the_home_page_of_an_empty_team_says_what_to_do(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        email = factories.user(password_hash=PASSWORD_HASH).email
    client.post("/login", data={"email": email, "password": PASSWORD})
    assert "No papers yet." in client.get("/").text


def test_a_failed_run_leaves_the_home_page_once_replaced(
    app: Flask, lab: Lab, member: FlaskClient, failed: int
) -> None:
    with app.app_context():
        start(lab)
    assert "HostError" not in member.get("/").text


@pytest.mark.parametrize("page", ["/", "/papers", "/runs", "/runs/new", "/workflows", "/settings/members"])
def test_it_shows_the_lists(member: FlaskClient, finished: int, page: str) -> None:
    answer = member.get(page)
    assert answer.status_code == 200
    assert "</main>" in answer.text


def test_the_run_page_names_the_error_and_what_it_blocks(member: FlaskClient, failed: int) -> None:
    page = member.get(f"/runs/{failed}").text
    assert "HostError: the host said &lt;no&gt; 42 times" in page
    assert "jobs/handlers/first.py:7 in first" in page
    assert "Blocks 1 later node: <code>second</code>" in page
    assert "the host said" in page
    assert "0 of 2 done" in page


def test_the_run_page_draws_every_node_as_a_link(member: FlaskClient, finished: int) -> None:
    page = member.get(f"/runs/{finished}").text
    for node in ("first", "second"):
        assert f'<a href="/runs/{finished}/nodes/{node}"><title>{node}: done</title>' in page


def test_the_run_page_offers_the_report(member: FlaskClient, finished: int) -> None:
    page = member.get(f"/runs/{finished}").text
    assert "Read report.html" in page
    assert "72 %" in page


def test_a_failed_node_opens_on_its_error(member: FlaskClient, failed: int) -> None:
    page = member.get(f"/runs/{failed}/nodes/first").text
    assert 'id="tab-error"' in page
    assert "Traceback ..." in page


def test_a_finished_node_opens_on_its_output(member: FlaskClient, finished: int) -> None:
    page = member.get(f"/runs/{finished}/nodes/first").text
    assert 'id="tab-output"' in page
    assert "&lt;i&gt;" in page


def test_a_waiting_node_opens_on_what_it_is_given(member: FlaskClient, running: int) -> None:
    assert 'id="tab-input"' in member.get(f"/runs/{running}/nodes/first").text


def test_a_running_node_opens_on_its_log(app: Flask, member: FlaskClient, running: int) -> None:
    with app.app_context():
        claim()
    answer = member.get(f"/runs/{running}/nodes/first")
    assert (answer.status_code, answer.location) == (302, f"/runs/{running}/nodes/first/log")
    assert member.get(answer.location).status_code == 200


@pytest.mark.parametrize("tab", ["error", "input", "output", "artifacts", "attempts"])
def test_every_tab_opens_by_its_address(member: FlaskClient, finished: int, tab: str) -> None:
    page = member.get(f"/runs/{finished}/nodes/second?tab={tab}").text
    assert f'id="tab-{tab}"' in page


def test_the_input_tab_shows_what_the_parents_handed_on(member: FlaskClient, finished: int) -> None:
    page = member.get(f"/runs/{finished}/nodes/second?tab=input").text
    assert "From first" in page
    assert "pages" in page


def test_an_unknown_node_is_not_there(member: FlaskClient, finished: int) -> None:
    assert member.get(f"/runs/{finished}/nodes/third").status_code == 404


def test_an_errors_page_leads_on(client: FlaskClient, member: FlaskClient) -> None:
    assert "Search runs by paper" in member.get("/runs/999999").text
    assert "Search runs by paper" not in client.get("/no/such/page").text


def test_a_fragments_error_is_one_sentence(member: FlaskClient) -> None:
    answer = member.get("/runs/999999", headers=HTMX)
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert "no such page" in answer.text


def test_the_runs_page_filters_by_its_address(member: FlaskClient, failed: int) -> None:
    assert f"/runs/{failed}" in member.get("/runs?status=FAILED").text
    assert f"/runs/{failed}" not in member.get("/runs?status=SUCCEEDED").text
    assert f"/runs/{failed}" in member.get("/runs?q=PAPER").text
    assert f"/runs/{failed}" not in member.get("/runs?q=100%25").text


def test_the_runs_page_goes_back_by_keyset(app: Flask, lab: Lab, member: FlaskClient) -> None:
    with app.app_context():
        ids = [start(lab) for _ in range(3)]
        newest = runs.page(lab.team_id, Filter(), limit=2)
        oldest = runs.page(lab.team_id, Filter(before=newest.next_before), limit=2)
    assert [row.id for row in newest.rows] == [ids[2], ids[1]]
    assert [row.id for row in oldest.rows] == [ids[0]]
    assert oldest.next_before is None


def test_a_workflow_is_drawn(member: FlaskClient, lab: Lab) -> None:
    page = member.get(f"/workflows/{lab.workflow}").text
    assert page.count('<g class="node') == 2
    assert member.get("/workflows/none of this name").status_code == 404


def test_health_needs_nobody(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").get_json()["database"] == "ok"
