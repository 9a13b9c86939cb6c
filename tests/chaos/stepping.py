"""A graph node of many steps, each of which notes its beginning and its end."""

from __future__ import annotations

import operator
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime

from jobs.agents.node_handler import LangGraphNodeHandler
from jobs.context import NodeContext
from jobs.registry import handler

STEPS = 5
BEGIN, END = "begin", "end"


class State(TypedDict):
    """The numbers of the steps taken, in order, and what each has added to the load."""

    taken: Annotated[list[int], operator.add]
    load: Annotated[list[bytes], operator.add]


@dataclass(frozen=True)
class Material:
    """Where a node notes, how long its steps last, how many bytes each adds."""

    notes: Path
    node: int
    seconds: float
    bytes: int

    def note(self, word: str, number: int) -> None:
        with self.notes.open("a") as file:
            print(self.node, word, number, sep="\t", file=file, flush=True)


class Stepping(LangGraphNodeHandler):
    """One step after another."""

    def build_graph(self) -> StateGraph[Any, Any, Any, Any]:
        graph = StateGraph(State, Material)
        before = START
        for number in range(STEPS):
            graph.add_node(f"step{number}", _step(number))
            graph.add_edge(before, f"step{number}")
            before = f"step{number}"
        return graph

    def prepare_input(self, context: NodeContext) -> Mapping[str, Any]:
        return {"taken": [], "load": []}

    def prepare_material(self, context: NodeContext) -> Material:
        config = context.node_input
        seconds, size = float(config.get("seconds", 0.3)), int(config.get("bytes", 0))
        return Material(Path(config["notes"]), context.node.id, seconds, size)

    def finish(self, context: NodeContext, state: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"taken": state["taken"], "bytes": sum(map(len, state["load"]))}


def _step(number: int) -> Any:
    def step(_state: State, runtime: Runtime[Material]) -> State:
        material = runtime.context
        material.note(BEGIN, number)
        time.sleep(material.seconds)
        material.note(END, number)
        return {"taken": [number], "load": [bytes(material.bytes)]}

    return step


handler("stepping")(Stepping().execute)


def noted(notes: Path, word: str, number: int) -> int:
    """How often, over all nodes, that step has begun or ended."""
    return sum(line.endswith(f"\t{word}\t{number}") for line in notes.read_text().splitlines())


def ended_twice(notes: Path) -> int:
    """How many steps of a node have ended more than once."""
    ends = Counter(line for line in notes.read_text().splitlines() if f"\t{END}\t" in line)
    return sum(count > 1 for count in ends.values())
