"""Live regions: nothing is sent that the page has already, and a finished run asks no more."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from dashboard.engine import outcomes, runs
from dashboard.extensions import db
from tests import factories
from tests.views.conftest import Lab, claim, fail

NODES = (
    "ingest_pdf extract_text extract_evidence validate_links fetch_repo check_repo ai_checks_pdf ai_checks_repo"
    " aggregate_findings compute_score generate_report render_pages notify archive publish"
)
HTMX = {"HX-Request": "true"}
POLL = re.compile(r'hx-get="([^"]*/live[^"]*)"')


def poll_of(page: str) -> str:
    """The address the page polls."""
    return POLL.search(page)[1].replace("&amp;", "&")  # type: ignore[index]


def fifteen_nodes(lab: Lab) -> int:
    """A run under way, five nodes done, with branches that meet again."""
    names = NODES.split()
    edges = [list(pair) for pair in pairwise(names) if pair != ("check_repo", "ai_checks_pdf")]
    edges += [["extract_evidence", "ai_checks_pdf"], ["check_repo", "ai_checks_repo"]]
    workflow = factories.definition(nodes=[{"id": name} for name in names], edges=edges)
    run_id = runs.create_and_start(workflow.id, lab.paper_id, lab.team_id, {}, None)
    for _ in range(5):
        outcomes.succeed(claim(), {})
    claim()
    return run_id


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("one_moment")
def test_an_unchanged_run_is_204_by_one_query(app: Flask, member: FlaskClient, running: int) -> None:
    poll = poll_of(member.get(f"/runs/{running}").text)
    with counted_queries(app) as statements:
        answer = member.get(poll, headers=HTMX)
    assert (answer.status_code, answer.data) == (204, b"")
    assert len([one for one in statements if one.startswith("SELECT")]) == 1, statements


@pytest.mark.usefixtures("one_moment")
def test_a_claim_and_a_failure_each_change_the_version(app: Flask, member: FlaskClient, running: int) -> None:
    before = poll_of(member.get(f"/runs/{running}").text)
    with app.app_context():
        taken = claim()
    claimed = member.get(before, headers=HTMX)
    assert claimed.status_code == 200
    assert "running" in claimed.text
    with app.app_context():
        fail(taken, "no")
    assert "HostError: no" in member.get(poll_of(claimed.text), headers=HTMX).text


def test_a_changed_run_of_fifteen_nodes_is_sent_in_two_kilobytes(app: Flask, member: FlaskClient, lab: Lab) -> None:
    with app.app_context():
        run_id = fifteen_nodes(lab)
    changed = member.get(f"/runs/{run_id}/live?v=0", headers=HTMX)
    assert changed.text.count("<tr id=") == 15
    assert len(gzip.compress(changed.data, 6)) <= 2048


def test_a_finished_run_comes_back_without_its_trigger(member: FlaskClient, finished: int) -> None:
    answer = member.get(f"/runs/{finished}/live?v=0", headers=HTMX)
    assert answer.status_code == 200
    assert "hx-trigger" not in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("page", ["/", "/papers", "/runs"])
def test_lists_are_204_until_they_change(app: Flask, member: FlaskClient, running: int, page: str) -> None:
    poll = poll_of(member.get(page).text)
    assert member.get(poll, headers=HTMX).status_code == 204
    with app.app_context():
        fail(claim(), "no")
    changed = member.get(poll, headers=HTMX)
    assert changed.status_code == 200
    assert member.get(poll_of(changed.text), headers=HTMX).status_code == 204


def test_a_list_keeps_its_filter_while_it_polls(member: FlaskClient, running: int) -> None:
    poll = poll_of(member.get("/runs?status=RUNNING&q=paper").text)
    assert "status=RUNNING" in poll
    assert "q=paper" in poll


@pytest.mark.usefixtures("one_moment")
def test_a_node_is_204_until_it_changes(app: Flask, member: FlaskClient, running: int) -> None:
    poll = poll_of(member.get(f"/runs/{running}/nodes/first?tab=attempts").text)
    assert "tab=attempts" in poll
    assert member.get(poll, headers=HTMX).status_code == 204
    with app.app_context():
        fail(claim(), "no")
    assert "HostError: no" in member.get(poll, headers=HTMX).text
