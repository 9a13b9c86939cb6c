"""The two AI checks as node handlers: one graph, judged against the paper or against its repository."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langgraph.graph import StateGraph

from dashboard.engine.errors import PermanentError
from dashboard.engine.reuse import Sight
from dashboard.environment import SettingsError
from dashboard.judging.criterion import Criterion, Subject
from dashboard.judging.evidence import Answer, Verdict, to_json, verdict_from
from dashboard.judging.question import Source
from dashboard.judging.rules import RulesAssessor
from jobs.agents.check_graph import Bench, check_graph
from jobs.agents.node_handler import LangGraphNodeHandler
from jobs.agents.settings import ModelSettings, model_settings
from jobs.context import NodeContext
from jobs.registry import Output
from jobs.rubrics.selection import chosen_rubrics

if TYPE_CHECKING:
    from jobs.agents.reader import Reader

RULES = RulesAssessor()
FREE: Mapping[str, Any] = {"calls": 0, "tokens": 0, "cost": 0.0}
ASSESSED = frozenset({Answer.MET, Answer.NOT_MET})


@dataclass(frozen=True)
class Checks(LangGraphNodeHandler):
    """All criteria of the run's rubrics that are about `subject`, kept as `artifact`.

    The rules always answer. With a reader a model answers beside them: where rules can tell their answer stands, the
    model's where they cannot, and both are kept.
    """

    subject: Subject
    source: Callable[[NodeContext], Source]
    artifact: str
    reader: Reader | None = None

    def build_graph(self) -> StateGraph[Any, Any, Any, Any]:
        return check_graph()

    def prepare_input(self, context: NodeContext) -> Mapping[str, Any]:
        keys = list(self._criteria(context))
        context.log(f"{len(keys)} criteria about the {self.subject}, assessed by {self.assessor}")
        return {"keys": keys}

    def prepare_material(self, context: NodeContext) -> Bench:
        criteria, source = self._criteria(context), self.source(context)
        return self.reader.bench(context, criteria, source) if self.reader else Bench(criteria, source, RULES)

    def report(self, context: NodeContext, step: str, change: Mapping[str, Any]) -> None:
        if step in {"assess", "repair"}:
            for key, draft in change["drafts"].items():
                context.log(f"{key}: {draft['answer'].replace('_', ' ')}. {draft['reason']}")
        elif change.get("objections"):
            context.log(f"Evidence that could not be verified: {', '.join(change['objections'])}", "warning")

    def finish(self, context: NodeContext, state: Mapping[str, Any]) -> Output:
        verdicts = by_rubric(_side_by_side(state))
        kept = {rubric: [to_json(verdict) for verdict in answers] for rubric, answers in verdicts.items()}
        usage = self.reader.usage(context) if self.reader else FREE
        head = {"assessor": self.assessor, "usage": usage}
        context.json_artifact(self.artifact, {**head, "verdicts": kept})
        brief = {name: value for name, value in usage.items() if name != "criteria"}
        return {**head, "usage": brief, "verdicts": {rubric: _answers(answers) for rubric, answers in verdicts.items()}}

    @property
    def assessor(self) -> str:
        """Who answers, in words."""
        return f"{RULES.name} and {self.reader.name}" if self.reader else RULES.name

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


def what_counts(context: NodeContext, sight: Sight) -> Sight:
    """What the answers rest on: the rubrics asked and who is asked as well, but not which links are alive."""
    rubrics = [f"{rubric.id}@{rubric.version}" for rubric in chosen_rubrics(context)]
    chosen = sight.outputs.get("validate_links", {}).get("repository")
    return replace(
        sight,
        configuration={**sight.configuration, "rubrics": rubrics, "model": _how_asked(_settings(context))},
        outputs={**sight.outputs, "validate_links": {"repository": chosen}},
        files={name: kept for name, kept in sight.files.items() if name != "validate_links"},
    )


@contextmanager
def the_reader(context: NodeContext) -> Iterator[Reader | None]:
    """Who reads beside the rules: the model the team has chosen, else the one this worker's environment names."""
    settings = _settings(context)
    if settings is None:
        yield None
        return
    from jobs.agents.reader import reader_with  # LangChain is loaded where there is a model

    with reader_with(settings) as reader:
        yield reader


def _settings(context: NodeContext) -> ModelSettings | None:
    try:
        return model_settings({**os.environ, **context.model_choice()})
    except SettingsError as error:
        raise PermanentError(str(error)) from error


def _how_asked(settings: ModelSettings | None) -> Mapping[str, Any]:
    """All about a model that can turn its answers; nothing where there is none."""
    if settings is None:
        return {}
    from jobs.agents.prompts import VERSION  # LangChain is loaded where there is a model

    told = {name: getattr(settings, name) for name in ("name", "url", "format", "temperature", "longest_answer")}
    return {**told, "cap": str(settings.cap), "prompts": VERSION}


def _side_by_side(state: Mapping[str, Any]) -> list[Verdict]:
    """The rules' verdict on each criterion, then the model's where it was asked."""
    beside = state.get("beside") or {}
    asked = [key for key in state["keys"] if key not in beside or not state["questions"][key]["obstacle"]]
    told = [*beside.values(), *(state["verdicts"][key] for key in asked)]
    return [verdict_from(record) for record in told]


def _answers(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many criteria stand at which answer: the first that says whether it is met, else the first."""
    standing: dict[str, Answer] = {}
    for verdict in verdicts:
        if standing.setdefault(verdict.criterion, verdict.answer) not in ASSESSED and verdict.answer in ASSESSED:
            standing[verdict.criterion] = verdict.answer
    return dict(Counter(str(answer) for answer in standing.values()))
