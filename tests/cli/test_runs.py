"""The verbs of a run, from the command line."""

from __future__ import annotations

from dashboard.cli import tree
from dashboard.engine import definitions
from dashboard.engine.states import NodeStatus, RunStatus
from tests import factories
from tests.cli.conftest import Flasked


def test_it_starts_a_run_with_its_input(flask: Flasked) -> None:
    workflow = factories.definition("mine").id
    result = flask("start-workflow", "mine", factories.paper().id, "--input", "depth=3", "--input", "note=a word")
    assert result.exit_code == 0, result.output
    run = tree.find(int(result.output.split()[1]))
    assert (run.definition_id, run.status) == (workflow, RunStatus.RUNNING)
    assert run.input == {"depth": 3, "note": "a word"}


def test_it_starts_nothing_on_a_paper_that_is_not_there(flask: Flasked) -> None:
    factories.definition("mine")
    result = flask("start-workflow", "mine", 12345)
    assert result.exit_code == 1 and "There is no paper 12345" in result.output


def test_it_says_which_workflow_is_not_there(flask: Flasked) -> None:
    result = flask("start-workflow", "theirs", factories.paper().id)
    assert result.exit_code == 1 and "'theirs'" in result.output


def test_it_refuses_an_input_that_is_no_pair(flask: Flasked) -> None:
    factories.definition("mine")
    result = flask("start-workflow", "mine", factories.paper().id, "--input", "depth")
    assert result.exit_code == 2 and "KEY=VALUE" in result.output


def test_it_pauses_and_resumes(flask: Flasked) -> None:
    run = factories.started_run()
    assert flask("pause", run).exit_code == 0
    assert tree.find(run).status == RunStatus.PAUSED
    assert flask("resume", run).exit_code == 0
    assert tree.find(run).status == RunStatus.RUNNING


def test_it_computes_anew_where_that_is_asked_for(flask: Flasked) -> None:
    factories.definition("mine")
    paper = factories.paper().id
    kept, anew = flask("start-workflow", "mine", paper), flask("start-workflow", "mine", paper, "--no-reuse")
    runs = [tree.find(int(result.output.split()[1])) for result in (kept, anew)]
    assert [run.may_reuse for run in runs] == [True, False]


def test_it_names_every_input_that_does_not_fit(flask: Flasked) -> None:
    schema = {"type": "object", "required": ["year", "venue"], "properties": {"depth": {"type": "integer"}}}
    definitions.save("strict", {"nodes": [{"id": "only"}]}, input_schema=schema)
    result = flask("start-workflow", "strict", factories.paper().id, "--input", "depth=deep")
    assert result.exit_code == 1
    for sentence in ('depth: "deep" is not of the type integer.', "venue: is missing.", "year: is missing."):
        assert sentence in " ".join(result.output.split())


def test_it_holds_and_releases_a_node(flask: Flasked) -> None:
    run = factories.started_run()
    assert flask("hold", run, "first", "ask the chair").exit_code == 0
    assert "held: ask the chair" in flask("workflow-status", run).output
    assert flask("release", run, "first").exit_code == 0
    assert tree.nodes_of(run)[0].status == NodeStatus.READY


def test_it_cancels(flask: Flasked) -> None:
    run = factories.started_run()
    assert flask("cancel", run).exit_code == 0
    assert tree.find(run).status == RunStatus.CANCELLED


def test_it_retries_what_failed_and_says_what_that_means(flask: Flasked) -> None:
    node = factories.failed_node()
    result = flask("retry", node.run_id)
    assert result.exit_code == 0, result.output
    assert "first" in result.output
    assert [each.status for each in tree.nodes_of(node.run_id)] == [NodeStatus.READY, NodeStatus.PENDING]


def test_it_shows_the_nodes_of_a_run_and_why_one_failed(flask: Flasked) -> None:
    node = factories.failed_node(message="the disk is full")
    result = flask("workflow-status", node.run_id)
    assert "FAILED" in result.output and "UPSTREAM_FAILED" in result.output and "the disk is full" in result.output


def test_it_ends_watching_with_status_1_when_the_run_failed(flask: Flasked) -> None:
    node = factories.failed_node()
    assert flask("workflow-status", node.run_id, "--watch").exit_code == 1


def test_it_says_that_a_run_is_not_there(flask: Flasked) -> None:
    for words in (["workflow-status", 99], ["logs", 99], ["cancel", 99], ["retry", 99]):
        result = flask(*words)
        assert result.exit_code == 1 and "99" in result.output
