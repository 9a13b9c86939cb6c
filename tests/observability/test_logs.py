"""Log lines say whom they are about, and a request's id leads from the page to its lines."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import logging_setup
from dashboard.config import from_environment
from dashboard.environment import SettingsError
from jobs import watched
from tests import factories

on_sqlite = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
logger = logging.getLogger("tests.of.lines")


class Paper:
    """What was written, in the format that is set."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.addFilter(logging_setup.Ids())
        self.handler.setFormatter(logging_setup.JsonLines())

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def paper() -> Iterator[Paper]:
    written = Paper()
    root = logging.getLogger()
    level = root.level
    root.addHandler(written.handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(written.handler)
    root.setLevel(level)


@on_sqlite
def test_a_request_has_one_id_in_its_lines_its_answer_and_its_error_page(member: FlaskClient, paper: Paper) -> None:
    answer = member.get("/runs/999999?q=a+secret")
    (line,) = [line for line in paper.lines if line.get("status") == 404]
    assert answer.headers["X-Request-Id"] == line["request_id"]
    assert line["request_id"] in answer.text
    assert line["message"] == "GET /runs/<int:run_id>", "the rule alone: addresses carry keys and searches"
    assert "a+secret" not in paper.stream.getvalue()


@on_sqlite
@pytest.mark.parametrize(
    ("given", "is_taken"), [("from-the-proxy.1", True), ("short", False), ("a b<script>c", False), ("x" * 65, False)]
)
def test_a_proxys_id_is_taken_over_when_it_looks_like_one(client: FlaskClient, given: str, is_taken: bool) -> None:
    assert (client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given) is is_taken


@on_sqlite
def test_two_requests_have_two_ids(client: FlaskClient) -> None:
    assert client.get("/healthz").headers["X-Request-Id"] != client.get("/healthz").headers["X-Request-Id"]


@on_sqlite
def test_what_is_said_during_an_attempt_bears_its_ids(in_app: Flask, paper: Paper) -> None:
    claim = factories.claimed_node()
    with watched.claimed(claim):
        logger.warning("from within a library")
    logger.warning("afterwards")
    within, after = (line for line in paper.lines if line["logger"] == logger.name)
    assert (within["run_id"], within["node_id"], within["attempt"]) == (claim.run_id, "first", 1)
    assert "run_id" not in after


def test_an_error_stays_one_json_object_with_its_traceback(paper: Paper) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logger.exception("broke\nhere")
    (line,) = paper.lines
    assert (line["level"], line["message"]) == ("error", "broke\nhere")
    assert "ValueError: two\nlines" in line["traceback"]


def test_text_keeps_a_message_on_its_line(paper: Paper) -> None:
    """Or whoever chooses a file's name writes lines of their own into the log."""
    paper.handler.setFormatter(logging_setup.TextLines())
    with logging_setup.about(run_id=7):
        logger.warning("a name\n2026-01-01 ERROR forged: %s", "x\r\ny")
    (line,) = paper.stream.getvalue().splitlines()
    assert line.endswith("WARNING tests.of.lines: a name\\n2026-01-01 ERROR forged: x\\r\\ny run_id=7")


def test_what_is_always_said_stands_on_every_line(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging_setup, "_always", {})
    logging_setup.always(worker="host:7")
    logger.warning("sweeping")
    assert paper.lines[0]["worker"] == "host:7"


@pytest.mark.parametrize(("name", "value"), [("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud"), ("METRICS_TOKEN", "short")])
def test_a_wrong_setting_is_named(name: str, value: str, tmp_path: object) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({"PAPERSNITCH_HOME": str(tmp_path), "SECRET_KEY": "x", name: value})
