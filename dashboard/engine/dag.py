"""The shape of a workflow: check it, order it, walk it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import networkx as nx

from dashboard.engine.errors import InvalidInputError

Id = TypeVar("Id", bound=Hashable)
Found = TypeVar("Found")

NODE_TYPES = {"task": "task", "celery": "task", "langgraph": "langgraph"}
IMPORTED = "imported"  # the handler of nodes that ran in another system: no worker has it
MOST_NODES = 2000
MOST_AT_ONCE = 10_000
LONGEST_KEY = 200
LONGEST_REASON = 300

_QUEUE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class NodeSpec:
    """A node as the definition gives it. `timeout_seconds` bounds one attempt; `priority`: lower goes first.

    Of the nodes that share `concurrency_key`, `concurrency` run at once; `hold` is why a person must release the node;
    `reuse` lets it take the output of an earlier success that saw the same.
    """

    id: str
    handler: str
    type: str = "task"
    queue: str = "default"
    priority: int = 100
    max_attempts: int = 3
    timeout_seconds: int = 900
    concurrency: int | None = None
    concurrency_key: str | None = None
    hold: str | None = None
    reuse: bool = False
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dag:
    """A checked workflow: nodes in an order that puts parents first, and edges as (parent, child)."""

    nodes: tuple[NodeSpec, ...]
    edges: tuple[tuple[str, str], ...]


def parse(raw: Any, known_handlers: Collection[str] | None = None) -> Dag:
    """Check a definition; InvalidInputError names the node that is wrong and how."""
    if not isinstance(raw, dict) or not isinstance(raw.get("nodes"), list) or not raw["nodes"]:
        raise InvalidInputError("A workflow needs a list of nodes under `nodes`.")
    if len(raw["nodes"]) > MOST_NODES:
        raise InvalidInputError(f"A workflow may have {MOST_NODES} nodes; this one has {len(raw['nodes'])}.")
    specs: dict[str, NodeSpec] = {}
    for record in raw["nodes"]:
        spec = _spec(record)
        if spec.id in specs:
            raise InvalidInputError(f"Two nodes have the id {spec.id!r}.")
        if known_handlers is not None and spec.handler not in known_handlers:
            raise InvalidInputError(f"Node {spec.id!r} names the handler {spec.handler!r}, which does not exist.")
        specs[spec.id] = spec
    edges = _edges(raw.get("edges", []), specs)
    return Dag(tuple(specs[name] for name in _ordered(specs, edges)), edges)


def as_record(dag: Dag) -> dict[str, Any]:
    """The definition as it is stored."""
    return {"nodes": [vars(spec) for spec in dag.nodes], "edges": [list(edge) for edge in dag.edges]}


def from_record(record: dict[str, Any]) -> Dag:
    """What `as_record` stored, which was checked and ordered then."""
    edges = tuple((parent, child) for parent, child in record["edges"])
    return Dag(tuple(NodeSpec(**spec) for spec in record["nodes"]), edges)


def first_nodes(dag: Dag) -> list[NodeSpec]:
    """The nodes that wait for none."""
    children = {child for _, child in dag.edges}
    return [spec for spec in dag.nodes if spec.id not in children]


def successors(dag: Dag) -> dict[str, str]:
    """For each node whose only child waits for nothing else: that child."""
    children, parents = Counter(edge[0] for edge in dag.edges), Counter(edge[1] for edge in dag.edges)
    return {parent: child for parent, child in dag.edges if children[parent] == parents[child] == 1}


def descendants(edges: Iterable[tuple[Id, Id]], starts: Iterable[Id]) -> set[Id]:
    """Everything after the starts, without them unless one is after another."""
    return _reach(edges, starts)


def ancestors(edges: Iterable[tuple[Id, Id]], starts: Iterable[Id]) -> set[Id]:
    """Everything before the starts."""
    return _reach(((child, parent) for parent, child in edges), starts)


def _reach(edges: Iterable[tuple[Id, Id]], starts: Iterable[Id]) -> set[Id]:
    following: dict[Id, list[Id]] = {}
    for source, target in edges:
        following.setdefault(source, []).append(target)
    reached: set[Id] = set()
    frontier = list(starts)
    while frontier:
        for target in following.get(frontier.pop(), ()):
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    return reached


def _spec(record: Any) -> NodeSpec:
    if not isinstance(record, dict) or not isinstance(record.get("id"), str) or not record["id"]:
        raise InvalidInputError(f"Every node needs an `id`; this one has none: {str(record)[:80]}")
    name = record["id"]
    kind = record.get("type", "task")
    if kind not in NODE_TYPES:
        raise InvalidInputError(f"Node {name!r} has the type {kind!r}; it may be task or langgraph.")
    try:
        spec = NodeSpec(
            id=name,
            handler=str(record.get("handler") or name),
            type=NODE_TYPES[kind],
            queue=str(record.get("queue", "default")),
            priority=int(record.get("priority", 100)),
            max_attempts=int(record.get("max_attempts", 3)),
            timeout_seconds=int(record.get("timeout_seconds", 900)),
            concurrency=_optional(record, "concurrency", int),
            concurrency_key=_optional(record, "concurrency_key", str),
            hold=_optional(record, "hold", str),
            reuse=record.get("reuse", False),
            config=dict(record.get("config") or {}),
        )
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"Node {name!r}: {error}.") from None
    _check(spec)
    return spec


def _check(spec: NodeSpec) -> None:
    rules = {
        "max_attempts must be 1 to 100 and timeout_seconds at least 1":
            1 <= spec.max_attempts <= 100 and spec.timeout_seconds >= 1,
        "a queue is 1 to 64 of a-z, A-Z, 0-9, - and _; other names have at most 100 letters":
            _QUEUE.fullmatch(spec.queue) and len(spec.id) <= 100 and len(spec.handler) <= 100,
        f"concurrency, how many may run at once, must be 1 to {MOST_AT_ONCE}":
            spec.concurrency is None or 1 <= spec.concurrency <= MOST_AT_ONCE,
        f"concurrency_key is 1 to {LONGEST_KEY} letters, and needs `concurrency`":
            spec.concurrency_key is None or (spec.concurrency and 1 <= len(spec.concurrency_key) <= LONGEST_KEY),
        f"hold is the reason why it is held, 1 to {LONGEST_REASON} letters":
            spec.hold is None or 1 <= len(spec.hold.strip()) <= LONGEST_REASON,
        "reuse is true or false": isinstance(spec.reuse, bool),
    }  # fmt: skip
    for rule, is_kept in rules.items():
        if not is_kept:
            raise InvalidInputError(f"Node {spec.id!r}: {rule}.")


def _optional(record: dict[str, Any], name: str, kind: Callable[[Any], Found]) -> Found | None:
    return None if record.get(name) is None else kind(record[name])


def _edges(raw: Any, specs: dict[str, NodeSpec]) -> tuple[tuple[str, str], ...]:
    if not isinstance(raw, list):
        raise InvalidInputError("The edges of a workflow are a list of [parent, child].")
    return tuple(dict.fromkeys(_edge(edge, specs) for edge in raw))


def _edge(edge: Any, specs: dict[str, NodeSpec]) -> tuple[str, str]:
    ends = (edge.get("from"), edge.get("to")) if isinstance(edge, dict) else edge
    if not isinstance(ends, list | tuple) or len(ends) != 2 or not all(isinstance(end, str) for end in ends):
        raise InvalidInputError(f"An edge is [parent, child], two node ids; this one is none: {str(edge)[:80]}")
    source, target = ends
    for end in (source, target):
        if end not in specs:
            raise InvalidInputError(f"The edge {source!r} -> {target!r} names {end!r}, which is no node.")
    if source == target:
        raise InvalidInputError(f"Node {source!r} waits for itself.")
    return source, target


def _ordered(specs: dict[str, NodeSpec], edges: Iterable[tuple[str, str]]) -> list[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(specs)
    graph.add_edges_from(edges)
    position = {name: place for place, name in enumerate(specs)}
    try:
        return list(nx.lexicographical_topological_sort(graph, key=lambda name: position[name]))
    except nx.NetworkXUnfeasible:
        cycle = " -> ".join(source for source, _ in nx.find_cycle(graph))
        raise InvalidInputError(f"These nodes wait for each other in a circle: {cycle}.") from None
