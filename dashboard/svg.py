"""Lay out a workflow as a layered drawing: parents above children, few crossings. Pure; templates write the SVG."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from dashboard import folding, layering
from dashboard.engine.states import NODE_BROKEN
from dashboard.folding import Edge, Part
from dashboard.layering import Stop

WIDTH, HEIGHT = 164, 26
LANE = 6  # what an edge takes that passes through a layer
GAP_ACROSS, GAP_OF_LANES, GAP_DOWN, MARGIN = 12, 5, 17, 6
CELL, STEP, TRACK_GAP, PAD, HEAD = 18, 20, 8, 8, 36  # of a field: its cells, their distances, its head
ACROSS, TALLY_WIDTH = 16, 180
LETTER = 6.8  # pixels of the label's font
LONGEST_LABEL = 20
BESIDE, FEW = 540, 20


@dataclass(frozen=True)
class Box:
    """A node's place; `label` is cut to fit, `node_id` is whole."""

    node_id: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Field:
    """Nodes that are drawn as one: a frame with a label, and a cell (node, x, y within the frame) for each."""

    label: str
    x: float
    y: float
    width: float
    height: float
    cells: tuple[tuple[str, int, int], ...]

    def tally(self, statuses: Mapping[str, str]) -> list[tuple[str, int]]:
        """How many of its nodes are in each state: what broke, then the most; three states at most."""
        counts = Counter(statuses[node] for node, _, _ in self.cells if node in statuses)
        return sorted(counts.items(), key=lambda count: (count[0] not in NODE_BROKEN, -count[1]))[:3]


@dataclass(frozen=True)
class Strand:
    """The edges of one kind out of one part. `parent` is the node they come from, empty where a field is."""

    parent: str
    kind: str
    path: str


@dataclass(frozen=True)
class Drawing:
    """Boxes, fields and strands on a canvas of `width` x `height`."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    fields: tuple[Field, ...]
    strands: tuple[Strand, ...]
    box_width: int = WIDTH
    box_height: int = HEIGHT
    cell: int = CELL

    @property
    def is_wide(self) -> bool:
        """Too large to be looked at through a gap beside a table."""
        return self.width > BESIDE and len(self.boxes) > FEW


@dataclass(frozen=True)
class Plan:
    """Where everything stands: how large each part is, its layer, the layers' tops and bottoms, each stop's left."""

    sizes: Mapping[str, tuple[float, float]]
    depth: Mapping[str, int]
    bands: Sequence[tuple[float, float]]
    lefts: Mapping[Stop, float]
    width: float

    def place(self, key: str) -> tuple[float, float]:
        """The left top corner of a part."""
        return self.lefts[key], self.bands[self.depth[key]][0]

    def middle(self, stop: Stop) -> float:
        return self.lefts[stop] + _width(stop, self.sizes) / 2

    def bottom(self, stop: Stop, layer: int) -> float:
        """Where edges leave: below a part, or below the layer they pass."""
        return self.bands[layer][0] + self.sizes[stop][1] if isinstance(stop, str) else self.bands[layer][1]


@lru_cache(maxsize=256)
def draw(nodes: tuple[str, ...], edges: tuple[Edge, ...], kinds: tuple[tuple[Edge, str], ...] = ()) -> Drawing:
    """The drawing of nodes given parents first, as definitions keep them; edges are parted by the kind some have."""
    parts = {part.key: part for part in folding.parts(nodes, edges)}
    kind_of = _between(parts.values(), edges, dict(kinds))
    depth = layering.depths(parts, kind_of)
    chains = {edge: layering.chain(edge, depth) for edge in kind_of}
    layers = layering.ordered(layering.layers_of(depth, chains.values()), chains.values())
    plan = _plan({key: _size(part) for key, part in parts.items()}, depth, layers)
    boxes = tuple(Box(key, _label(key), *plan.place(key)) for key, part in parts.items() if not part.is_folded)
    fields = tuple(_field(part, plan) for part in parts.values() if part.is_folded)
    strands = tuple(_strands(parts, kind_of, chains, plan))
    return Drawing(plan.width, plan.bands[-1][1] + MARGIN if plan.bands else 0, boxes, fields, strands)


def _between(parts: Iterable[Part], edges: Iterable[Edge], kinds: Mapping[Edge, str]) -> dict[Edge, str]:
    """The edges from part to part, each with its kind."""
    part_of = {node: part.key for part in parts for node in part.nodes}
    found: dict[Edge, str] = {}
    for parent, child in edges:
        if part_of[parent] != part_of[child]:
            found.setdefault((part_of[parent], part_of[child]), kinds.get((parent, child), ""))
    return found


def _size(part: Part) -> tuple[float, float]:
    """Width and height."""
    if not part.is_folded:
        return WIDTH, HEIGHT
    cells = _cells(part)
    across = max(x for _, x, _ in cells) + CELL + PAD
    return max(across, len(part.label) * LETTER + 2 * PAD, TALLY_WIDTH), max(y for _, _, y in cells) + CELL + PAD


def _cells(part: Part) -> tuple[tuple[str, int, int], ...]:
    """Tracks fill rows from left to right; a single long one is wrapped."""
    long = len(part.tracks[0])
    if long == 1 or len(part.tracks) == 1:
        return tuple(
            (node, PAD + number % ACROSS * STEP, HEAD + number // ACROSS * STEP)
            for number, node in enumerate(part.nodes)
        )
    per_row, pitch = max(1, ACROSS // (long + 1)), long * STEP + TRACK_GAP
    return tuple(
        (node, PAD + number % per_row * pitch + step * STEP, HEAD + number // per_row * STEP)
        for number, track in enumerate(part.tracks)
        for step, node in enumerate(track)
    )


def _plan(sizes: Mapping[str, tuple[float, float]], depth: Mapping[str, int], layers: Sequence[list[Stop]]) -> Plan:
    bands: list[tuple[float, float]] = []
    for layer in layers:
        top = bands[-1][1] + GAP_DOWN if bands else MARGIN
        bands.append((top, top + max(sizes[stop][1] for stop in layer if isinstance(stop, str))))
    width = max((_taken(layer, sizes) for layer in layers), default=0) + 2 * MARGIN
    lefts = {stop: left for layer in layers for stop, left in _placed(layer, sizes, width)}
    return Plan(sizes, depth, bands, lefts, width)


def _taken(layer: Sequence[Stop], sizes: Mapping[str, tuple[float, float]]) -> float:
    return sum(_width(stop, sizes) for stop in layer) + sum(_gap(*pair) for pair in pairwise(layer))


def _placed(layer: Sequence[Stop], sizes: Mapping[str, tuple[float, float]], width: float) -> list[tuple[Stop, float]]:
    """Each stop of the layer with its left edge, the layer centred."""
    left = (width - _taken(layer, sizes)) / 2
    placed = [(layer[0], left)]
    for before, stop in pairwise(layer):
        left += _width(before, sizes) + _gap(before, stop)
        placed.append((stop, left))
    return placed


def _width(stop: Stop, sizes: Mapping[str, tuple[float, float]]) -> float:
    return sizes[stop][0] if isinstance(stop, str) else LANE


def _gap(left: Stop, right: Stop) -> int:
    return GAP_ACROSS if isinstance(left, str) or isinstance(right, str) else GAP_OF_LANES


def _field(part: Part, plan: Plan) -> Field:
    return Field(part.label, *plan.place(part.key), *plan.sizes[part.key], _cells(part))


def _label(node: str) -> str:
    """The end tells alike names apart."""
    return node if len(node) <= LONGEST_LABEL else f"{node[: LONGEST_LABEL - 9]}…{node[-8:]}"


def _strands(
    parts: Mapping[str, Part], kinds: Mapping[Edge, str], chains: Mapping[Edge, list[Stop]], plan: Plan
) -> Iterable[Strand]:
    """A path for each parent and kind; what several of its edges share is drawn once."""
    pieces: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for edge, kind in kinds.items():
        for step, (upper, lower) in enumerate(pairwise(chains[edge])):
            pieces[edge[0], kind][_piece(upper, lower, plan.depth[edge[0]] + step, plan)] = None
    for (parent, kind), drawn in pieces.items():
        yield Strand("" if parts[parent].is_folded else parent, kind, "".join(drawn))


def _piece(upper: Stop, lower: Stop, layer: int, plan: Plan) -> str:
    """A curve down to the next layer, and straight on where that is only passed."""
    x, y = plan.middle(upper), plan.bottom(upper, layer)
    target, (head, foot) = plan.middle(lower), plan.bands[layer + 1]
    bend = (plan.bands[layer][1] + head) / 2
    end = head if isinstance(lower, str) else foot
    if x == target:
        return f"M{x:g} {y:g}V{end:g}"
    curve = f"M{x:g} {y:g}V{plan.bands[layer][1]:g}C{x:g} {bend:g} {target:g} {bend:g} {target:g} {head:g}"
    return curve if end == head else f"{curve}V{foot:g}"
