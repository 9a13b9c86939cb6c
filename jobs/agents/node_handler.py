"""LangGraphNodeHandler: a node of the workflow whose work is a LangGraph graph, resumed where it was interrupted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot

from dashboard.engine.errors import TransientError
from dashboard.engine.questions import AnswerNeededError, Question
from jobs.context import NodeContext
from jobs.registry import Output

Graph = CompiledStateGraph[Any, Any, Any, Any]

# LangGraph saves a finished task's writes on the pool that runs the tasks, behind all that still wait. More threads
# than tasks, so that what is finished is saved at once and not asked again after a kill.
THREADS = 256
INTERRUPT = "__interrupt__"  # how the stream tells of a step that waits for a person


class LangGraphNodeHandler(ABC):
    """Subclass it, build a graph, and register `execute` as a handler.

    The state is plain values (they are checkpointed as strict msgpack after each step). What the steps need but must
    not be stored, such as the paper's text or a model, is the material: they receive it as `runtime.context`.
    Costly steps that fan out limit themselves (a semaphore in the material), not by LangGraph's `max_concurrency`.
    """

    @abstractmethod
    def build_graph(self) -> StateGraph[Any, Any, Any, Any]:
        """The graph, not yet compiled: always the same one, or a stored step could not be taken up again."""

    @abstractmethod
    def prepare_input(self, context: NodeContext) -> Mapping[str, Any]:
        """The state a fresh graph starts from."""

    @abstractmethod
    def prepare_material(self, context: NodeContext) -> Any:
        """What the steps may look at and the checkpoints never hold."""

    @abstractmethod
    def finish(self, context: NodeContext, state: Mapping[str, Any]) -> Output:
        """Keep the artifacts and return the node's output, from the state the graph ended with."""

    def report(self, context: NodeContext, step: str, change: Mapping[str, Any]) -> None:
        """Tell of a finished step; by default one line in the log."""
        context.log(f"Step {step} is finished")

    def question(self, asked: Any) -> tuple[str, Sequence[str]]:
        """The words and the choices in which a person is asked what a step gave to `interrupt()`.

        By default its text, or the `question` and `choices` of a mapping.
        """
        if isinstance(asked, Mapping):
            return str(asked.get("question", asked)), [str(choice) for choice in asked.get("choices", ())]
        return str(asked), ()

    def execute(self, context: NodeContext) -> Output:
        """Run the graph to its end, from its last finished step when an earlier claim was lost in the middle.

        Where a step calls `interrupt()` the node waits for a person; `interrupt()` then returns the answer's words.
        """
        graph: Graph = self.build_graph().compile(checkpointer=context.checkpointer())
        config: RunnableConfig = {
            "configurable": {"thread_id": thread_of(context)},
            "max_concurrency": THREADS,
        }
        self._run(graph, config, context)
        return self.finish(context, graph.get_state(config).values)

    def _run(self, graph: Graph, config: RunnableConfig, context: NodeContext) -> None:
        stored = graph.get_state(config)
        if stored.created_at and not stored.next:
            context.log("Every step was finished by an earlier attempt")
            return
        start = self._start(stored, context)
        material = self.prepare_material(context)
        steps = graph.stream(start, config, context=material, stream_mode="updates", durability="sync")
        for finished in steps:
            for step, change in finished.items():
                if step != INTERRUPT:
                    self.report(context, step, change or {})
            if context.cancelled():
                raise TransientError("Stopped before the graph's end: the run is being cancelled or the claim is lost.")
        if open_ones := self._open_questions(graph.get_state(config), context):
            raise AnswerNeededError(*open_ones)

    def _start(self, stored: StateSnapshot, context: NodeContext) -> Any:
        """What sets the graph going: its input when fresh, else the answers it waited for, else only its state."""
        if not stored.created_at:
            return dict(self.prepare_input(context))
        if open_ones := self._open_questions(stored, context):
            raise AnswerNeededError(*open_ones)
        context.log(f"Resuming before {', '.join(sorted(set(stored.next)))}")
        given = context.workbench.answers()
        return Command(resume={one.id: given[one.id] for one in stored.interrupts}) if stored.interrupts else None

    def _open_questions(self, stored: StateSnapshot, context: NodeContext) -> list[Question]:
        """What the graph waits for and nobody has answered."""
        given = context.workbench.answers()
        return [Question(one.id, *self._put(one.value)) for one in stored.interrupts if one.id not in given]

    def _put(self, asked: Any) -> tuple[str, tuple[str, ...]]:
        words, choices = self.question(asked)
        return words, tuple(choices)


def thread_of(context: NodeContext) -> str:
    """The thread of this node's graph. A person's retry begins a new one, a new attempt goes on in the same."""
    return f"{context.node.id}:{context.node.generation}"
