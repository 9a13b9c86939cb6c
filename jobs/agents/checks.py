"""The two AI checks as node handlers: one graph, judged against the paper or against its repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langgraph.graph import StateGraph

from dashboard.judging.evidence import Verdict, to_json, verdict_from
from dashboard.judging.question import Assessor, Source
from dashboard.judging.rubric import Criterion, Subject
from dashboard.judging.rules import RulesAssessor
from jobs.agents.check_graph import Bench, check_graph
from jobs.agents.node_handler import LangGraphNodeHandler
from jobs.context import NodeContext
from jobs.registry import Output
from jobs.rubrics.selection import chosen_rubrics


@dataclass(frozen=True)
class Checks(LangGraphNodeHandler):
    """All criteria of the run's rubrics that are about `subject`, kept as `artifact`."""

    subject: Subject
    source: Callable[[NodeContext], Source]
    artifact: str
    assessor: Assessor

    def build_graph(self) -> StateGraph[Any, Any, Any, Any]:
        return check_graph()

    def prepare_input(self, context: NodeContext) -> Mapping[str, Any]:
        keys = list(self._criteria(context))
        context.log(f"{len(keys)} criteria about the {self.subject}, assessed by {self.assessor.name}")
        return {"keys": keys}

    def prepare_material(self, context: NodeContext) -> Bench:
        return Bench(self._criteria(context), self.source(context), self.assessor)

    def report(self, context: NodeContext, step: str, change: Mapping[str, Any]) -> None:
        if step in {"assess", "repair"}:
            for key, draft in change["drafts"].items():
                context.log(f"{key}: {draft['answer'].replace('_', ' ')}. {draft['reason']}")
        elif change.get("objections"):
            context.log(f"Evidence that could not be verified: {', '.join(change['objections'])}", "warning")

    def finish(self, context: NodeContext, state: Mapping[str, Any]) -> Output:
        verdicts = by_rubric([verdict_from(state["verdicts"][key]) for key in state["keys"]])
        kept = {rubric: [to_json(verdict) for verdict in answers] for rubric, answers in verdicts.items()}
        head = {"assessor": self.assessor.name, "usage": {"tokens": 0, "cost": 0.0}}
        context.json_artifact(self.artifact, {**head, "verdicts": kept})
        return {**head, "verdicts": {rubric: _answers(answers) for rubric, answers in verdicts.items()}}

    def _criteria(self, context: NodeContext) -> dict[str, Criterion]:
        rubrics = chosen_rubrics(context)
        return {c.key: c for rubric in rubrics for c in rubric.criteria if c.about == self.subject}


def by_rubric(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    """Verdicts on keys, as verdicts on criteria of each rubric."""
    sorted_out: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        rubric, _, criterion = verdict.criterion.partition("/")
        sorted_out.setdefault(rubric, []).append(replace(verdict, criterion=criterion))
    return sorted_out


def the_assessor() -> Assessor:
    """Who assesses on this worker: the rules."""
    return RulesAssessor()


def _answers(verdicts: Sequence[Verdict]) -> dict[str, int]:
    return dict(Counter(str(verdict.answer) for verdict in verdicts))
