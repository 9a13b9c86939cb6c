"""Logs: filtered, paged, followed, downloaded."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from dashboard.engine.clock import now
from dashboard.engine.transactions import writing
from dashboard.extensions import db
from dashboard.models import NodeLog, WorkflowNode
from dashboard.reads import logs
from tests.views.conftest import claim, fail

TAIL = re.compile(r'hx-get="([^"]*/log/tail[^"]*)"')


def add_lines(app: Flask, run_id: int, first: int, last: int, level: str = "info", message: str = "") -> None:
    with app.app_context(), writing() as session:
        node = session.scalar(
            select(WorkflowNode).where(WorkflowNode.run_id == run_id, WorkflowNode.node_id == "first")
        )
        assert node is not None
        shared = {"run_id": run_id, "node_id": node.id, "attempt": node.attempt, "level": level, "at": now()}
        for line in range(first, last + 1):
            session.execute(insert(NodeLog).values(line=line, message=message or f"step {line}", **shared))


def shown(page: str) -> list[int]:
    """The numbers of the page's lines."""
    return [int(number) for number in re.findall(r'<li id="L(\d+)"', page)]


@pytest.fixture
def claimed(app: Flask, running: int) -> int:
    """A run whose first node is being worked on."""
    with app.app_context():
        claim()
    return running


def test_it_shows_the_lines_without_terminal_escapes(member: FlaskClient, failed: int) -> None:
    page = member.get(f"/runs/{failed}/nodes/first/log").text
    assert '<li id="L2" class="error"' in page
    assert "the host said &lt;no&gt; 42 times" in page
    assert "\x1b" not in page


def test_it_filters_the_whole_log_by_level_and_text(member: FlaskClient, failed: int) -> None:
    page = member.get(f"/runs/{failed}/nodes/first/log?level=error").text
    assert 'id="L2"' in page
    assert 'id="L1"' not in page
    page = member.get(f"/runs/{failed}/nodes/first/log?q=ASKING").text
    assert 'id="L1"' in page
    assert 'id="L2"' not in page
    assert "No line fits" in member.get(f"/runs/{failed}/nodes/first/log?q=%25").text


def test_it_pages_by_line(app: Flask, member: FlaskClient, claimed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "PAGE", 5)
    add_lines(app, claimed, 1, 12)
    last = member.get(f"/runs/{claimed}/nodes/first/log").text
    assert shown(last) == [8, 9, 10, 11, 12]
    assert "?before=8" in last and "?start=1" in last and "Last" not in last
    middle = member.get(f"/runs/{claimed}/nodes/first/log?before=8").text
    assert shown(middle) == [3, 4, 5, 6, 7]
    assert "?before=3" in middle and "?start=8" in middle and "?before=13" in middle
    assert shown(member.get(f"/runs/{claimed}/nodes/first/log?start=11").text) == [11, 12]


def test_the_tail_brings_only_what_is_new_and_asks_on(app: Flask, member: FlaskClient, claimed: int) -> None:
    add_lines(app, claimed, 1, 3)
    tail = TAIL.search(member.get(f"/runs/{claimed}/nodes/first/log").text)[1].replace("&amp;", "&")  # type: ignore[index]
    assert member.get(tail).status_code == 204
    add_lines(app, claimed, 4, 5)
    fresh = member.get(tail).text
    assert 'id="L3"' not in fresh
    assert 'id="L4"' in fresh
    assert "after=5" in fresh


def test_the_tail_ends_with_the_attempt(app: Flask, member: FlaskClient, running: int) -> None:
    with app.app_context():
        fail(claim(), "no")
    assert "hx-get" not in member.get(f"/runs/{running}/nodes/first/log/tail?after=0").text


def test_it_downloads_as_text_and_as_json_lines(member: FlaskClient, failed: int) -> None:
    text = member.get(f"/runs/{failed}/nodes/first/log.txt")
    assert text.headers["Content-Disposition"].startswith("attachment")
    assert len(text.text.splitlines()) == 2
    lines = [json.loads(line) for line in member.get(f"/runs/{failed}/nodes/first/log.ndjson").text.splitlines()]
    assert [line["level"] for line in lines] == ["info", "error"]


def test_an_earlier_attempt_keeps_its_log(app: Flask, member: FlaskClient, failed: int) -> None:
    member.post("/runs/retry", data={"run": [failed]})
    with app.app_context():
        claim()
        assert db.session.scalar(select(WorkflowNode.attempt).where(WorkflowNode.node_id == "first")) == 2
    assert 'id="L2"' in member.get(f"/runs/{failed}/nodes/first/log?attempt=1").text
    assert 'id="L2"' not in member.get(f"/runs/{failed}/nodes/first/log").text
