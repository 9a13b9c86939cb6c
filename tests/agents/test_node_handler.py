"""LangGraphNodeHandler: a fresh graph, one taken up again, one that had finished, one that is called off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from dashboard.engine.errors import TransientError
from dashboard.engine.questions import AnswerNeededError
from jobs.agents.node_handler import LangGraphNodeHandler, thread_of
from jobs.context import NodeContext, NodeFacts, PaperFacts, Subject
from tests.handlers.conftest import FolderWorkbench


class State(TypedDict, total=False):
    steps: list[str]


@dataclass
class Keeping(FolderWorkbench):
    """A workbench whose checkpoints outlive an attempt."""

    saver: InMemorySaver = field(default_factory=InMemorySaver)

    def checkpointer(self) -> InMemorySaver:
        return self.saver


@dataclass
class TwoSteps(LangGraphNodeHandler):
    """Two steps; the second fails as often as told."""

    failures: int = 0
    done: list[str] = field(default_factory=list)

    def build_graph(self) -> StateGraph[Any, Any, Any, Any]:
        graph = StateGraph(State, str)
        graph.add_node("first", self.first)
        graph.add_node("second", self.second)
        graph.add_edge(START, "first")
        graph.add_edge("first", "second")
        graph.add_edge("second", END)
        return graph

    def prepare_input(self, context: NodeContext) -> Mapping[str, Any]:
        return {"steps": ["prepared"]}

    def prepare_material(self, context: NodeContext) -> str:
        return context.paper.title

    def finish(self, context: NodeContext, state: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"steps": state["steps"]}

    def first(self, state: State, runtime: Runtime[str]) -> State:
        self.done.append("first")
        return {"steps": [*state["steps"], runtime.context]}

    def second(self, state: State) -> State:
        self.failures -= 1
        if self.failures >= 0:
            raise TransientError("busy")
        self.done.append("second")
        return {"steps": [*state["steps"], "second"]}


@pytest.fixture
def context(tmp_path: Path) -> NodeContext:
    paper = PaperFacts(1, "A title", "paper.pdf", "", lambda: tmp_path / "paper.pdf")
    return NodeContext(NodeFacts(7, "checks", 1, 1, 2), Keeping(tmp_path, "checks", Subject(paper, {}, {})))


def test_a_fresh_graph_runs_from_its_input_with_its_material(context: NodeContext) -> None:
    assert TwoSteps().execute(context) == {"steps": ["prepared", "A title", "second"]}


def test_a_new_attempt_goes_on_at_the_step_that_failed(context: NodeContext) -> None:
    handler = TwoSteps(failures=1)
    with pytest.raises(TransientError, match="busy"):
        handler.execute(context)
    assert handler.execute(context) == {"steps": ["prepared", "A title", "second"]}
    assert handler.done == ["first", "second"]


def test_a_finished_graph_is_not_run_again(context: NodeContext) -> None:
    handler = TwoSteps()
    assert handler.execute(context) == handler.execute(context)
    assert handler.done == ["first", "second"]


def test_a_persons_retry_starts_anew(context: NodeContext) -> None:
    handler = TwoSteps()
    handler.execute(context)
    handler.execute(replace(context, node=replace(context.node, generation=3)))
    assert handler.done == ["first", "second"] * 2


def test_a_cancelled_graph_stops_after_its_step_and_says_so(context: NodeContext) -> None:
    context.workbench.cancelled = True  # type: ignore[attr-defined]
    handler = TwoSteps()
    with pytest.raises(TransientError, match="Stopped"):
        handler.execute(context)
    assert handler.done == ["first"]


def test_the_thread_is_node_and_generation(context: NodeContext) -> None:
    assert thread_of(context) == "7:2"


class Asking(TwoSteps):
    """The second step asks a person, and the third another thing."""

    def second(self, state: State) -> State:
        said = interrupt({"question": "Whose data are these?", "choices": ["ours", "theirs"]})
        more = interrupt("Since when?")
        self.done.append("second")
        return {"steps": [*state["steps"], said, more]}


def asked(handler: Asking, context: NodeContext) -> Any:
    with pytest.raises(AnswerNeededError) as needed:
        handler.execute(context)
    [question] = needed.value.questions
    return question


def test_a_step_that_interrupts_asks_a_person_and_goes_on_with_the_answer(context: NodeContext) -> None:
    handler, workbench = Asking(), context.workbench
    assert isinstance(workbench, Keeping)
    first = asked(handler, context)
    assert (first.words, first.choices) == ("Whose data are these?", ("ours", "theirs"))
    assert asked(handler, context) == first
    workbench.answered[first.key] = "ours"
    second = asked(handler, context)
    assert (second.words, second.choices, second.key == first.key) == ("Since when?", (), False)
    workbench.answered[second.key] = "2020"
    assert handler.execute(context) == {"steps": ["prepared", "A title", "ours", "2020"]}
    assert handler.done == ["first", "second"]
