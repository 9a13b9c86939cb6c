"""`flask logs` prints what nodes wrote, and how they failed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashboard.cli import logs
from dashboard.engine.claims import Claim
from dashboard.engine.transactions import writing
from dashboard.models import NodeLog
from tests import factories
from tests.cli.conftest import Flasked


def test_it_prints_lines_and_errors_in_order(flask: Flasked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "AT_ONCE", 2)
    node = factories.failed_node(message="the disk is full")
    write_lines(node, ["one", "two", "three"])
    printed = flask("logs", node.run_id).output.splitlines()
    assert [line.split()[-1] for line in printed] == ["one", "two", "three", "full"]
    assert printed[0].split()[1:3] == ["first#1", "info"]


def test_it_leaves_out_what_did_not_fail(flask: Flasked) -> None:
    node = factories.claimed_node()
    write_lines(node, ["one"])
    assert flask("logs", node.run_id, "--failed").output == ""


def test_it_names_a_node_that_is_not_in_the_run(flask: Flasked) -> None:
    result = flask("logs", factories.started_run(), "third")
    assert result.exit_code == 1 and "'third'" in result.output


def write_lines(node: Claim, messages: list[str]) -> None:
    common = {"run_id": node.run_id, "node_id": node.id, "attempt": 1, "level": "info"}
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with writing() as session:
        session.add_all(NodeLog(line=line, message=text, at=at, **common) for line, text in enumerate(messages, 1))
