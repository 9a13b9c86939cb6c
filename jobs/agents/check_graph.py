"""The graph of the checks: retrieve, assess each criterion, verify each quote, repair at most twice, finish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from threading import BoundedSemaphore
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from dashboard.judging.evidence import Answer, Verdict, to_json, verdict_from
from dashboard.judging.question import Assessor, Question, Source, question_from, question_to_json
from dashboard.judging.rubric import Criterion

MOST_REPAIRS = 2
PARALLEL = 4


@dataclass(frozen=True)
class Bench:
    """What the steps work with and no checkpoint holds. `turns` limits how many criteria are assessed at a time.

    `beside` is a second assessor that costs nothing: its verdicts are kept next to those of the first.
    """

    criteria: Mapping[str, Criterion]
    source: Source
    assessor: Assessor
    beside: Assessor | None = None
    turns: AbstractContextManager[Any] = field(default_factory=lambda: BoundedSemaphore(PARALLEL))


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Tasks of one step each add their own criterion."""
    return {**old, **new}


class CheckState(TypedDict, total=False):
    """Plain values by criterion key: what was retrieved, the answers so far, what is wrong with them, the end."""

    keys: Sequence[str]
    questions: dict[str, Any]
    drafts: Annotated[dict[str, Any], merged]
    objections: dict[str, Sequence[str]]
    rounds: int
    verdicts: dict[str, Any]
    beside: dict[str, Any]


class Task(TypedDict, total=False):
    """What one criterion's step is handed."""

    question: dict[str, Any]
    draft: dict[str, Any]
    objections: list[str]


def retrieve(state: CheckState, runtime: Runtime[Bench]) -> CheckState:
    """Gather what the source holds on each criterion."""
    bench = runtime.context
    found = {key: question_to_json(bench.source.question(bench.criteria[key])) for key in state["keys"]}
    return {"questions": found, "rounds": 0}


def assess(state: Task, runtime: Runtime[Bench]) -> CheckState:
    """Answer one criterion."""
    bench = runtime.context
    with bench.turns:
        return _draft(bench.assessor.assess(_question(state, bench)))


def verify(state: CheckState, runtime: Runtime[Bench]) -> CheckState:
    """Hold every quote and place against the source itself."""
    checked = {key: runtime.context.source.check(verdict_from(draft)) for key, draft in state["drafts"].items()}
    return {
        "drafts": {key: to_json(verdict) for key, (verdict, _) in checked.items()},
        "objections": {key: faults for key, (_, faults) in checked.items() if faults},
        "rounds": state["rounds"] + 1,
    }


def repair(state: Task, runtime: Runtime[Bench]) -> CheckState:
    """Answer one criterion again, told what was wrong with the evidence."""
    bench = runtime.context
    with bench.turns:
        question, draft = _question(state, bench), verdict_from(state["draft"])
        return _draft(bench.assessor.repair(question, draft, state["objections"]))


def finish(state: CheckState, runtime: Runtime[Bench]) -> CheckState:
    """Close: whoever assessed, nothing is met without evidence that was verified."""
    bench, questions = runtime.context, state.get("questions", {})
    closed = {key: to_json(close(verdict_from(draft))) for key, draft in state.get("drafts", {}).items()}
    beside = {key: to_json(at_once(bench, _asked(record, bench))) for key, record in questions.items() if bench.beside}
    return {"verdicts": closed, "beside": beside}


def at_once(bench: Bench, question: Question) -> Verdict:
    """The verdict of the second assessor, from the question to the close."""
    assert bench.beside
    verdict, faults = bench.source.check(bench.beside.assess(question))
    if faults:
        verdict, _ = bench.source.check(bench.beside.repair(question, verdict, faults))
    return close(verdict)


def close(verdict: Verdict) -> Verdict:
    """The verdict, less quotes that are not in the document; without any evidence it is no longer met."""
    quotes = tuple(quote for quote in verdict.quotes if quote.verified)
    verdict = replace(verdict, quotes=quotes)
    if verdict.answer is not Answer.MET or quotes or verdict.places:
        return verdict
    return replace(verdict, answer=Answer.NOT_ASSESSED, reason=f"Without verified evidence: {verdict.reason}")


def one_by_one(state: CheckState) -> list[Send] | str:
    """Each criterion is a task of its own, so a finished one is never asked again."""
    return [Send("assess", {"question": question}) for question in state["questions"].values()] or "finish"


def until_verified(state: CheckState) -> list[Send] | str:
    """Send back what was not verified, at most twice."""
    if state["rounds"] > MOST_REPAIRS:
        return "finish"
    return [Send("repair", _again(state, key, faults)) for key, faults in state["objections"].items()] or "finish"


def check_graph() -> StateGraph[CheckState, Bench, CheckState, CheckState]:
    """The graph, not yet compiled."""
    graph = StateGraph(CheckState, Bench)
    graph.add_node("retrieve", retrieve)
    graph.add_node("assess", assess, input_schema=Task)
    graph.add_node("verify", verify)
    graph.add_node("repair", repair, input_schema=Task)
    graph.add_node("finish", finish)
    graph.add_edge(START, "retrieve")
    graph.add_conditional_edges("retrieve", one_by_one, ["assess", "finish"])
    graph.add_edge("assess", "verify")
    graph.add_conditional_edges("verify", until_verified, ["repair", "finish"])
    graph.add_edge("repair", "verify")
    graph.add_edge("finish", END)
    return graph


def _again(state: CheckState, key: str, faults: Sequence[str]) -> Task:
    return {"question": state["questions"][key], "draft": state["drafts"][key], "objections": [*faults]}


def _question(task: Task, bench: Bench) -> Question:
    return _asked(task["question"], bench)


def _asked(record: Mapping[str, Any], bench: Bench) -> Question:
    return question_from(record, bench.criteria[record["criterion"]])


def _draft(verdict: Verdict) -> CheckState:
    return {"drafts": {verdict.criterion: to_json(verdict)}}
