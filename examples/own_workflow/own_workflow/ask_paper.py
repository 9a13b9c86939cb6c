"""ask_paper: one question about the paper. A model answers with words that stand in it; where it cannot, a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Answer, to_json
from jobs.agents.check_graph import Bench, close
from jobs.agents.checks import FREE, RULES, the_reader
from jobs.agents.node_handler import LangGraphNodeHandler
from jobs.agents.paper_source import paper_source
from jobs.agents.reader import Reader
from jobs.context import NodeContext
from jobs.registry import Output


class State(TypedDict, total=False):
    """Plain values only: they are stored after each step, and a worker that takes over goes on from them."""

    verdict: dict[str, Any]
    answer: str
    by: str


def ask_model(state: State, runtime: Runtime[Bench]) -> State:
    """The model's answer, each quote looked up in the paper; a wrong quote is sent back to it once."""
    bench = runtime.context
    [criterion] = bench.criteria.values()
    question = bench.source.question(criterion)
    verdict, faults = bench.source.check(bench.assessor.assess(question))
    if faults:
        verdict, _ = bench.source.check(bench.assessor.repair(question, verdict, faults))
    return {"verdict": to_json(close(verdict))}


def ask_person(state: State, runtime: Runtime[Bench]) -> State:
    """What the model could not tell, a person is asked: the node is held until somebody answers on its page."""
    verdict = state["verdict"]
    if verdict["answer"] != Answer.NOT_ASSESSED:
        return {"answer": verdict["answer"], "by": verdict["assessor"]}
    [criterion] = runtime.context.criteria.values()
    return {"answer": interrupt({"question": criterion.question, "choices": ["met", "not_met"]}), "by": "a person"}


@dataclass(frozen=True)
class AskPaper(LangGraphNodeHandler):
    """Two steps. Without a model (`reader`) the rules stand in, who cannot tell, so that a person is asked."""

    reader: Reader | None

    def build_graph(self) -> StateGraph[Any, Any, Any, Any]:
        graph = StateGraph(State, Bench)
        graph.add_node("ask_model", ask_model)
        graph.add_node("ask_person", ask_person)
        graph.add_edge(START, "ask_model")
        graph.add_edge("ask_model", "ask_person")
        graph.add_edge("ask_person", END)
        return graph

    def prepare_input(self, context: NodeContext) -> Mapping[str, Any]:
        return {}

    def prepare_material(self, context: NodeContext) -> Bench:
        criteria, source = {"question": criterion_of(context)}, paper_source(context)
        return self.reader.bench(context, criteria, source) if self.reader else Bench(criteria, source, RULES)

    def finish(self, context: NodeContext, state: Mapping[str, Any]) -> Output:
        verdict = state["verdict"]
        context.json_artifact("verdict.json", verdict)
        return {
            "title": context.node_input["title"],
            "answer": state["answer"],
            "by": state["by"],
            "reason": verdict["reason"],
            "quotes": [{"page": quote["page"], "text": quote["text"]} for quote in verdict["quotes"]],
            "usage": self.reader.usage(context) if self.reader else FREE,
        }


def criterion_of(context: NodeContext) -> Criterion:
    """The question in the node's `config`, as the model is asked it."""
    asked = context.node_input
    return Criterion("own", context.node.node_id, asked["title"], asked["question"], "paper",
                     Answer.NOT_ASSESSED, Answer.NOT_ASSESSED, counts=asked.get("counts", ""))  # fmt: skip


def ask_paper(context: NodeContext) -> Output:
    """The handler: the graph is run from its last finished step, if there is one."""
    with the_reader(context) as reader:
        return AskPaper(reader).execute(context)
