"""LangGraphNodeHandler: a node of the workflow whose work is a LangGraph graph, resumed where it was interrupted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph

from dashboard.engine.errors import TransientError
from jobs.context import NodeContext
from jobs.registry import Output

Graph = CompiledStateGraph[Any, Any, Any, Any]

# LangGraph saves a finished task's writes on the pool that runs the tasks, behind all that still wait. More threads
# than tasks, so that what is finished is saved at once and not asked again after a kill.
THREADS = 256


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

    def execute(self, context: NodeContext) -> Output:
        """Run the graph to its end, from its last finished step when an earlier claim was lost in the middle."""
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
        if stored.created_at:
            context.log(f"Resuming before {', '.join(sorted(set(stored.next)))}")
        start = None if stored.created_at else dict(self.prepare_input(context))
        material = self.prepare_material(context)
        steps = graph.stream(start, config, context=material, stream_mode="updates", durability="sync")
        for finished in steps:
            for step, change in finished.items():
                self.report(context, step, change or {})
            if context.cancelled():
                raise TransientError("Stopped before the graph's end: the run is being cancelled or the claim is lost.")


def thread_of(context: NodeContext) -> str:
    """The thread of this node's graph. A person's retry begins a new one, a new attempt goes on in the same."""
    return f"{context.node.id}:{context.node.generation}"
