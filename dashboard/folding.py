"""What of a workflow is drawn as one: many alike beside each other, and long rows. Pure.

A track is a row of nodes in which each waits for the one before and for nothing else. Tracks are alike when they are as
long, wait for the same nodes, and the same nodes wait for them.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MANY = 9  # alike tracks are drawn as one from so many on
LONG = 25  # and a single track from so many nodes on
LONGEST_PREFIX = 16

Edge = tuple[str, str]
Track = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A node alone, or alike tracks that are drawn together."""

    tracks: tuple[Track, ...]

    @property
    def key(self) -> str:
        return self.tracks[0][0]

    @property
    def nodes(self) -> list[str]:
        return [node for track in self.tracks for node in track]

    @property
    def is_folded(self) -> bool:
        return len(self.tracks) > 1 or len(self.tracks[0]) > 1

    @property
    def label(self) -> str:
        """How many of what: `298 alike: shard_…`."""
        long = len(self.tracks[0])
        count = f"{len(self.tracks)} rows of {long}" if len(self.tracks) > 1 < long else ""
        count = count or (f"{long} in a row" if long > 1 else f"{len(self.tracks)} alike")
        prefix = os.path.commonprefix(self.nodes)[:LONGEST_PREFIX]  # noqa: RUF071  (of letters, not of paths)
        return f"{count}: {prefix}…" if prefix else count


def parts(nodes: Sequence[str], edges: Iterable[Edge]) -> list[Part]:
    """The nodes, given parents first, in parts."""
    parents: dict[str, set[str]] = {node: set() for node in nodes}
    children: dict[str, set[str]] = {node: set() for node in nodes}
    for parent, child in edges:
        parents[child].add(parent)
        children[parent].add(child)
    groups: dict[tuple[int, frozenset[str], frozenset[str]], list[Track]] = {}
    for track in _tracks(nodes, parents, children):
        around = len(track), frozenset(parents[track[0]]), frozenset(children[track[-1]])
        groups.setdefault(around, []).append(track)
    return [part for tracks in groups.values() for part in _folded(tracks)]


def _tracks(nodes: Sequence[str], parents: Mapping[str, set[str]], children: Mapping[str, set[str]]) -> Iterable[Track]:
    """Every node is in one track, as long as can be."""

    def follows_alone(node: str) -> bool:
        return len(parents[node]) == 1 and len(children[next(iter(parents[node]))]) == 1

    for node in nodes:
        if not follows_alone(node):
            track = [node]
            while len(children[track[-1]]) == 1 and follows_alone(child := next(iter(children[track[-1]]))):
                track.append(child)
            yield tuple(track)


def _folded(tracks: Sequence[Track]) -> Iterable[Part]:
    if len(tracks) >= MANY:
        yield Part(tuple(tracks))
        return
    for track in tracks:
        if len(track) >= LONG:
            yield Part((track,))
        else:
            yield from (Part(((node,),)) for node in track)
