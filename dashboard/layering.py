"""Put the parts of a workflow in layers, parents above children, and order each layer so that few edges cross. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise

from dashboard.folding import Edge

SWEEPS = 6

Stop = str | tuple[str, int]  # a part, or the place where the edges out of a part pass a layer


def depths(keys: Iterable[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Each part one layer below its lowest parent."""
    children: dict[str, list[str]] = defaultdict(list)
    open_parents: Counter[str] = Counter()
    for parent, child in edges:
        children[parent].append(child)
        open_parents[child] += 1
    depth = dict.fromkeys(keys, 0)
    ready = [key for key in depth if not open_parents[key]]
    for key in ready:  # grows while it is walked
        for child in children[key]:
            depth[child] = max(depth[child], depth[key] + 1)
            open_parents[child] -= 1
            if not open_parents[child]:
                ready.append(child)
    return depth


def chain(edge: Edge, depth: Mapping[str, int]) -> list[Stop]:
    """The edge's ends with a stop in every layer between, so that it goes around boxes; edges of a parent share it."""
    parent, child = edge
    return [parent, *((parent, layer) for layer in range(depth[parent] + 1, depth[child])), child]


def layers_of(depth: Mapping[str, int], chains: Iterable[list[Stop]]) -> list[list[Stop]]:
    layers: list[list[Stop]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for key, layer in depth.items():
        layers[layer].append(key)
    for stop in dict.fromkeys(stop for chain in chains for stop in chain if not isinstance(stop, str)):
        layers[stop[1]].append(stop)
    return layers


def ordered(layers: list[list[Stop]], chains: Iterable[list[Stop]]) -> list[list[Stop]]:
    """Sort each layer by where its neighbours stand (barycentre), down and up a few times."""
    above: dict[Stop, dict[Stop, None]] = defaultdict(dict)
    below: dict[Stop, dict[Stop, None]] = defaultdict(dict)
    for chain in chains:
        for upper, lower in pairwise(chain):
            above[lower][upper] = below[upper][lower] = None
    place = {stop: (index + 0.5) / len(layer) for layer in layers for index, stop in enumerate(layer)}
    for sweep in range(SWEEPS):
        neighbours = above if sweep % 2 == 0 else below
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            layer.sort(key=lambda stop: _middle(stop, neighbours, place))
            place.update({stop: (index + 0.5) / len(layer) for index, stop in enumerate(layer)})
    return layers


def _middle(stop: Stop, neighbours: Mapping[Stop, Collection[Stop]], place: Mapping[Stop, float]) -> float:
    near = neighbours.get(stop, ())
    return sum(place[other] for other in near) / len(near) if near else place[stop]
