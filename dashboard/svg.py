"""Lay out a workflow as a layered drawing: parents above children, few crossings. Pure; templates write the SVG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

WIDTH, HEIGHT = 164, 28
LANE = 14  # what an edge takes that passes through a layer
GAP_ACROSS, GAP_DOWN, MARGIN = 12, 20, 6
SWEEPS = 6
LONGEST_LABEL = 20

Edge = tuple[str, str]
Stop = str | tuple[str, str, int]  # a node, or the place where an edge passes a layer


@dataclass(frozen=True)
class Box:
    """A node's place; `label` is cut to fit, `node_id` is whole."""

    node_id: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """Boxes and edge paths (parent, child, path) on a canvas of `width` x `height`."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    paths: tuple[tuple[str, str, str], ...]
    box_width: int = WIDTH
    box_height: int = HEIGHT


@lru_cache(maxsize=256)
def draw(nodes: tuple[str, ...], edges: tuple[Edge, ...]) -> Drawing:
    """The drawing of nodes given parents first, as definitions keep them."""
    depth = _depths(nodes, edges)
    chains = {edge: _chain(edge, depth) for edge in edges}
    layers = _ordered(_layers(nodes, depth, chains.values()), chains.values())
    width = max((_taken(layer) for layer in layers), default=0) + 2 * MARGIN
    lefts = {stop: left for layer in layers for stop, left in _placed(layer, width)}
    boxes = tuple(Box(node, _label(node), lefts[node], _top(depth[node])) for node in nodes)
    paths = tuple((*edge, _path(chain, depth[edge[0]], lefts)) for edge, chain in chains.items())
    return Drawing(width, _top(len(layers)) - GAP_DOWN + MARGIN, boxes, paths)


def _depths(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Each node one layer below its lowest parent."""
    parents: dict[str, list[str]] = defaultdict(list)
    for parent, child in edges:
        parents[child].append(parent)
    depth: dict[str, int] = {}
    for node in nodes:
        depth[node] = 1 + max((depth[parent] for parent in parents[node]), default=-1)
    return depth


def _chain(edge: Edge, depth: Mapping[str, int]) -> list[Stop]:
    """The edge's ends with a stop in every layer between them, so that it goes around boxes and not behind."""
    parent, child = edge
    return [parent, *((parent, child, layer) for layer in range(depth[parent] + 1, depth[child])), child]


def _layers(nodes: Sequence[str], depth: Mapping[str, int], chains: Iterable[list[Stop]]) -> list[list[Stop]]:
    layers: list[list[Stop]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in nodes:
        layers[depth[node]].append(node)
    for chain in chains:
        for stop in chain:
            if not isinstance(stop, str):
                layers[stop[2]].append(stop)
    return layers


def _ordered(layers: list[list[Stop]], chains: Iterable[list[Stop]]) -> list[list[Stop]]:
    """Sort each layer by where its neighbours stand (barycentre), down and up a few times."""
    above: dict[Stop, list[Stop]] = defaultdict(list)
    below: dict[Stop, list[Stop]] = defaultdict(list)
    for chain in chains:
        for upper, lower in pairwise(chain):
            above[lower].append(upper)
            below[upper].append(lower)
    place = {stop: (index + 0.5) / len(layer) for layer in layers for index, stop in enumerate(layer)}
    for sweep in range(SWEEPS):
        neighbours = above if sweep % 2 == 0 else below
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            layer.sort(key=lambda stop: _middle(stop, neighbours, place))
            place.update({stop: (index + 0.5) / len(layer) for index, stop in enumerate(layer)})
    return layers


def _middle(stop: Stop, neighbours: Mapping[Stop, Sequence[Stop]], place: Mapping[Stop, float]) -> float:
    near = neighbours.get(stop, ())
    return sum(place[other] for other in near) / len(near) if near else place[stop]


def _taken(layer: Sequence[Stop]) -> float:
    return sum(_width(stop) + GAP_ACROSS for stop in layer) - GAP_ACROSS


def _width(stop: Stop) -> int:
    return WIDTH if isinstance(stop, str) else LANE


def _placed(layer: Sequence[Stop], width: float) -> list[tuple[Stop, float]]:
    """Each stop of the layer with its left edge, the layer centred."""
    left = (width - _taken(layer)) / 2
    placed = []
    for stop in layer:
        placed.append((stop, left))
        left += _width(stop) + GAP_ACROSS
    return placed


def _top(layer: int) -> float:
    return MARGIN + layer * (HEIGHT + GAP_DOWN)


def _label(node: str) -> str:
    return node if len(node) <= LONGEST_LABEL else node[: LONGEST_LABEL - 1] + "…"


def _path(chain: Sequence[Stop], layer: int, lefts: Mapping[Stop, float]) -> str:
    """Curves from layer to layer, straight lines past the boxes of the layers between."""
    middles = [lefts[stop] + _width(stop) / 2 for stop in chain]
    x, y = middles[0], _top(layer) + HEIGHT
    parts = [f"M{x:g} {y:g}"]
    for step, target in enumerate(middles[1:], start=layer + 1):
        head = _top(step)
        bend = (y + head) / 2
        parts.append(f"C{x:g} {bend:g} {target:g} {bend:g} {target:g} {head:g}")
        x, y = target, head + HEIGHT
        if step < layer + len(chain) - 1:
            parts.append(f"V{y:g}")
    return "".join(parts)
