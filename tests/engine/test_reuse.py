"""A node that sees what an earlier one saw takes its output; one that sees anything else runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.engine import artifacts, retrying, reuse, runs
from dashboard.engine.reuse import Sight
from dashboard.extensions import db
from dashboard.models import NodeArtifact, NodeAttempt, NodeLog, Paper, Team, WorkflowDefinition
from jobs import registry, runner, stopping
from jobs.context import NodeContext
from jobs.heartbeat import Heartbeat
from tests import factories
from tests.engine import steps

NODES = [{"id": "read", "queue": "read", "reuse": True}, {"id": "count", "queue": "count", "reuse": True}]


class Laboratory:
    """Two handlers that note each time they really run: `read` leaves a file, `count` depends on it."""

    def __init__(self, heartbeat: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[str] = []
        self.text = "six words are in this file"
        self._heartbeat = heartbeat
        self._monkeypatch = monkeypatch
        self.offer("read")
        self.offer("count")

    def offer(self, name: str, version: str = "1") -> None:
        handle = {"read": self._read, "count": self._count}[name]
        self._monkeypatch.setitem(registry._handlers, name, registry.Handler(name, version, handle))

    def finish(self, run_id: int) -> list[str]:
        """Run the started run to its end; which handlers really ran for it."""
        before = len(self.ran)
        for name in ("read", "count"):
            assert runner.run(steps.claim(name), self._heartbeat, None).landed
        assert steps.run_of(run_id).status == "SUCCEEDED"
        return self.ran[before:]

    def _read(self, context: NodeContext) -> Mapping[str, Any]:
        self.ran.append("read")
        context.artifact("text.txt", self.text, "text/plain")
        return {"language": "en"}

    def _count(self, context: NodeContext) -> Mapping[str, Any]:
        self.ran.append("count")
        return {"words": len(context.read_artifact("read", "text.txt").split())}


@pytest.fixture
def lab(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Laboratory]:
    registry.load_all()
    with Heartbeat(in_app) as heartbeat:
        yield Laboratory(heartbeat, monkeypatch)
    stopping._state.is_asked = False


@pytest.fixture
def workflow(in_app: Flask) -> WorkflowDefinition:
    return factories.definition(nodes=NODES, edges=[["read", "count"]])


@pytest.fixture
def paper(in_app: Flask) -> Paper:
    return factories.paper()


def last(run_id: int, node_id: str) -> NodeAttempt:
    return steps.attempts_of(factories.node_of(run_id, node_id).id)[-1]


def test_a_second_run_of_the_same_paper_takes_what_the_first_left(
    lab: Laboratory, workflow: WorkflowDefinition, paper: Paper
) -> None:
    first = factories.started_run(paper, workflow)
    assert lab.finish(first) == ["read", "count"]
    second = factories.started_run(paper, workflow)
    assert lab.finish(second) == []
    assert last(second, "count").output == {"words": 6}
    assert last(second, "count").reused_from == last(first, "count").id
    assert factories.node_of(second, "count").committed_attempt == 1


def test_the_files_are_the_second_runs_own_and_the_log_says_where_from(
    lab: Laboratory, workflow: WorkflowDefinition, paper: Paper
) -> None:
    first = factories.started_run(paper, workflow)
    lab.finish(first)
    second = factories.started_run(paper, workflow)
    lab.finish(second)
    files = db.session.scalars(select(NodeArtifact).filter_by(run_id=second)).all()
    assert [(file.name, artifacts.path_of(file.sha256).read_text()) for file in files] == [("text.txt", lab.text)]
    lines = db.session.scalars(select(NodeLog.message).filter_by(run_id=second)).all()
    assert lines == [f"Reused from run {first}: the same was seen there."] * 2


def test_a_third_run_names_the_one_that_really_ran(lab: Laboratory, workflow: WorkflowDefinition, paper: Paper) -> None:
    runs_of = [factories.started_run(paper, workflow)]
    lab.finish(runs_of[0])
    for _ in range(2):
        runs_of.append(factories.started_run(paper, workflow))
        lab.finish(runs_of[-1])
    assert last(runs_of[2], "read").reused_from == last(runs_of[0], "read").id


def test_another_paper_another_input_or_another_configuration_is_computed(
    lab: Laboratory, workflow: WorkflowDefinition, paper: Paper
) -> None:
    lab.finish(factories.started_run(paper, workflow))
    other_paper = factories.paper(db.session.get_one(Team, paper.team_id))
    assert lab.finish(factories.started_run(other_paper, workflow)) == ["read", "count"]
    assert lab.finish(factories.started_run(paper, workflow, depth=2)) == ["read", "count"]
    configured = [NODES[0], {**NODES[1], "config": {"unit": "letters"}}]
    changed = factories.definition(nodes=configured, edges=[["read", "count"]])
    assert lab.finish(factories.started_run(paper, changed)) == ["count"]


def test_a_new_version_of_a_handler_runs_and_what_follows_takes_equal_results(
    lab: Laboratory, workflow: WorkflowDefinition, paper: Paper
) -> None:
    lab.finish(factories.started_run(paper, workflow))
    lab.offer("read", version="2")
    assert lab.finish(factories.started_run(paper, workflow)) == ["read"]


def test_a_changed_file_upstream_is_seen(lab: Laboratory, workflow: WorkflowDefinition, paper: Paper) -> None:
    lab.finish(factories.started_run(paper, workflow))
    lab.text = "three words only"
    lab.offer("read", version="2")
    second = factories.started_run(paper, workflow)
    assert lab.finish(second) == ["read", "count"]
    assert last(second, "count").output == {"words": 3}


def test_another_teams_result_is_not_taken(lab: Laboratory, workflow: WorkflowDefinition) -> None:
    content = factories.SMALLEST_PDF
    lab.finish(factories.started_run(factories.paper(content=content), workflow))
    assert lab.finish(factories.started_run(factories.paper(content=content), workflow)) == ["read", "count"]


def test_a_run_may_forbid_it_and_is_taken_from_afterwards(
    lab: Laboratory, workflow: WorkflowDefinition, paper: Paper
) -> None:
    lab.finish(factories.started_run(paper, workflow))
    anew = runs.create_and_start(workflow.id, paper.id, paper.team_id, {}, None, may_reuse=False)
    assert lab.finish(anew) == ["read", "count"]
    third = factories.started_run(paper, workflow)
    assert lab.finish(third) == []
    assert last(third, "read").reused_from == last(anew, "read").id


def test_a_node_that_does_not_ask_for_it_runs(lab: Laboratory, paper: Paper) -> None:
    plain = [{**node, "reuse": False} for node in NODES]
    workflow = factories.definition(nodes=plain, edges=[["read", "count"]])
    runs_of = [factories.started_run(paper, workflow)]
    lab.finish(runs_of[0])
    runs_of.append(factories.started_run(paper, workflow))
    assert lab.finish(runs_of[1]) == ["read", "count"]
    assert last(runs_of[1], "read").input_hash is None


def test_a_retry_by_a_person_runs_for_real(lab: Laboratory, workflow: WorkflowDefinition, paper: Paper) -> None:
    lab.finish(factories.started_run(paper, workflow))
    second = factories.started_run(paper, workflow)
    lab.finish(second)
    retrying.retry(second, "read", from_here=True, seen_version=None, by=None)
    assert lab.finish(second) == ["read", "count"]


def test_a_result_whose_file_is_gone_is_computed(lab: Laboratory, workflow: WorkflowDefinition, paper: Paper) -> None:
    first = factories.started_run(paper, workflow)
    lab.finish(first)
    path_of_text(first).unlink()
    assert lab.finish(factories.started_run(paper, workflow)) == ["read"]


def test_a_result_whose_file_was_cut_short_is_not_taken(
    lab: Laboratory, workflow: WorkflowDefinition, paper: Paper
) -> None:
    first = factories.started_run(paper, workflow)
    lab.finish(first)
    seen = last(first, "read").input_hash or ""
    path_of_text(first).write_text("six")
    factories.started_run(paper, workflow)
    assert reuse.find(steps.claim("read"), seen) is None


def path_of_text(run_id: int) -> Path:
    return artifacts.path_of(db.session.scalars(select(NodeArtifact).filter_by(run_id=run_id)).one().sha256)


def test_a_failure_is_never_taken(lab: Laboratory, workflow: WorkflowDefinition, paper: Paper) -> None:
    factories.started_run(paper, workflow)
    steps.break_node("read")
    assert lab.finish(factories.started_run(paper, workflow)) == ["read", "count"]


def test_the_order_of_keys_does_not_matter_and_every_part_does() -> None:
    base = Sight("h", "1", {"a": 1, "b": 2}, {"x": []}, "00", {"up": {"n": 1}}, {"up": {"f": "11"}})
    same = Sight("h", "1", {"b": 2, "a": 1}, {"x": []}, "00", {"up": {"n": 1}}, {"up": {"f": "11"}})
    changes: list[dict[str, Any]] = [
        {"handler": "i"}, {"version": "2"}, {"configuration": {}}, {"workflow_input": {}}, {"paper_sha256": "01"},
        {"outputs": {"up": {"n": 2}}}, {"files": {"up": {"f": "12"}}},
    ]  # fmt: skip
    others = [replace(base, **change) for change in changes]
    assert reuse.digest(base) == reuse.digest(same)
    assert len({reuse.digest(one) for one in [base, *others]}) == 1 + len(others)
