"""Lay out a workflow as a layered drawing: parents above children, few crossings. Pure; templates write the SVG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

WIDTH, HEIGHT = 148, 30
GAP_ACROSS, GAP_DOWN, MARGIN = 14, 26, 6
SWEEPS = 4
LONGEST_LABEL = 20

Edge = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """A node's place; `label` is cut to fit, `node_id` is whole."""

    node_id: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """Boxes and edge paths in a `width` x `height` canvas."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    paths: tuple[tuple[str, str, str], ...]  # parent, child, path
    box_width: int = WIDTH
    box_height: int = HEIGHT


@lru_cache(maxsize=256)
def draw(nodes: tuple[str, ...], edges: tuple[Edge, ...]) -> Drawing:
    """The drawing of nodes given parents first, as definitions keep them."""
    layers = _ordered(_layered(nodes, edges), edges)
    widest = max((len(layer) for layer in layers), default=1)
    width = widest * (WIDTH + GAP_ACROSS) - GAP_ACROSS + 2 * MARGIN
    boxes = {box.node_id: box for row, layer in enumerate(layers) for box in _row(layer, row, width)}
    paths = tuple((parent, child, _path(boxes[parent], boxes[child])) for parent, child in edges)
    height = len(layers) * (HEIGHT + GAP_DOWN) - GAP_DOWN + 2 * MARGIN
    return Drawing(width, height, tuple(boxes[node] for node in nodes), paths)


def _layered(nodes: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    """Each node one layer below its lowest parent."""
    parents: dict[str, list[str]] = defaultdict(list)
    for parent, child in edges:
        parents[child].append(parent)
    depth: dict[str, int] = {}
    layers: list[list[str]] = []
    for node in nodes:
        depth[node] = 1 + max((depth[parent] for parent in parents[node]), default=-1)
        while len(layers) <= depth[node]:
            layers.append([])
        layers[depth[node]].append(node)
    return layers


def _ordered(layers: list[list[str]], edges: Sequence[Edge]) -> list[list[str]]:
    """Sort each layer by where its neighbours stand (barycentre), down and up a few times."""
    above, below = defaultdict(list), defaultdict(list)
    for parent, child in edges:
        above[child].append(parent)
        below[parent].append(child)
    for sweep in range(SWEEPS):
        neighbours = above if sweep % 2 == 0 else below
        place = {node: (index + 0.5) / len(layer) for layer in layers for index, node in enumerate(layer)}
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            layer.sort(key=lambda node: _middle(node, neighbours, place))
            place.update({node: (index + 0.5) / len(layer) for index, node in enumerate(layer)})
    return layers


def _middle(node: str, neighbours: Mapping[str, Sequence[str]], place: Mapping[str, float]) -> float:
    near = neighbours.get(node, ())
    return sum(place[other] for other in near) / len(near) if near else place[node]


def _row(layer: Sequence[str], row: int, width: float) -> list[Box]:
    taken = len(layer) * (WIDTH + GAP_ACROSS) - GAP_ACROSS
    left = (width - taken) / 2
    top = MARGIN + row * (HEIGHT + GAP_DOWN)
    return [Box(node, _label(node), left + index * (WIDTH + GAP_ACROSS), top) for index, node in enumerate(layer)]


def _label(node: str) -> str:
    return node if len(node) <= LONGEST_LABEL else node[: LONGEST_LABEL - 1] + "…"


def _path(parent: Box, child: Box) -> str:
    """A curve from the parent's foot to the child's head."""
    x1, y1 = parent.x + WIDTH / 2, parent.y + HEIGHT
    x2, y2 = child.x + WIDTH / 2, child.y
    bend = (y2 - y1) / 2
    return f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"
