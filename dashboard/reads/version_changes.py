"""What one version of a workflow changes in another: nodes, their settings, edges, the form. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from dashboard.engine import dag

Edge = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """One line side by side. `kind`: added, removed or changed; the side that lacks it is empty."""

    kind: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """All that differs. `nodes` and `edges` are those of both versions, parents first, for one drawing of the two.

    `kinds` tells of each of those nodes what became of it, and `kinds_of_edges` of the edges.
    """

    of_nodes: tuple[Change, ...]
    of_edges: tuple[Change, ...]
    of_form: tuple[Change, ...]
    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    kinds: Mapping[str, str]
    kinds_of_edges: tuple[tuple[Edge, str], ...]

    @property
    def are_none(self) -> bool:
        return not (self.of_nodes or self.of_edges or self.of_form)


@dataclass(frozen=True)
class Version:
    """A saved definition, as far as it is compared."""

    dag: dag.Dag
    form: Mapping[str, Any]


def between(before: Version, after: Version) -> Changes:
    """What `after` does otherwise than `before`."""
    old, new = _settings(before.dag), _settings(after.dag)
    edges = tuple(_of_edges(before.dag.edges, after.dag.edges))
    nodes, drawn = _together(before.dag, after.dag)
    return Changes(
        of_nodes=tuple(_of_nodes(old, new)),
        of_edges=edges,
        of_form=tuple(_of_form(before.form, after.form)),
        nodes=nodes,
        edges=drawn,
        kinds={name: _kind(old.get(name), new.get(name)) for name in nodes},
        kinds_of_edges=tuple((edge, _kind_of_edge(edge, before.dag, after.dag)) for edge in drawn),
    )


def _settings(shape: dag.Dag) -> dict[str, dict[str, Any]]:
    return {spec.id: {name: value for name, value in vars(spec).items() if name != "id"} for spec in shape.nodes}


def _kind(old: object, new: object) -> str:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    return "same" if old == new else "changed"


def _kind_of_edge(edge: Edge, before: dag.Dag, after: dag.Dag) -> str:
    if edge not in before.edges:
        return "added"
    return "same" if edge in after.edges else "removed"


def _of_nodes(old: Mapping[str, dict[str, Any]], new: Mapping[str, dict[str, Any]]) -> Iterable[Change]:
    for name in [*new, *(name for name in old if name not in new)]:
        kind = _kind(old.get(name), new.get(name))
        if kind in ("added", "removed"):
            yield Change(kind, name, _summary(old.get(name)), _summary(new.get(name)))
        elif kind == "changed":
            for setting in new[name]:
                if old[name][setting] != new[name][setting]:
                    sides = _words(old[name][setting]), _words(new[name][setting])
                    yield Change(kind, f"{name}: {setting}", *sides)


def _of_edges(old: Sequence[Edge], new: Sequence[Edge]) -> Iterable[Change]:
    for parent, child in new:
        if (parent, child) not in old:
            yield Change("added", f"{parent} → {child}", "", f"{child} waits for {parent}")
    for parent, child in old:
        if (parent, child) not in new:
            yield Change("removed", f"{parent} → {child}", f"{child} waits for {parent}", "")


def _of_form(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    """By field; what else the schemas say is compared under the keyword that says it."""
    sides = [_fields(form) | {name: rule for name, rule in form.items() if name != "properties"} for form in (old, new)]
    for name in dict.fromkeys([*sides[1], *sides[0]]):
        kind = _kind(sides[0].get(name), sides[1].get(name))
        if kind != "same":
            yield Change(kind, name, *(_words(side[name]) if name in side else "" for side in sides))


def _fields(form: Mapping[str, Any]) -> dict[str, Any]:
    return {f"field {name}": rules for name, rules in form.get("properties", {}).items()}


def _summary(settings: Mapping[str, Any] | None) -> str:
    """The settings that say something."""
    said = {name: value for name, value in (settings or {}).items() if value not in (None, False, {})}
    return ", ".join(f"{name} {_words(value)}" for name, value in said.items())


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _together(before: dag.Dag, after: dag.Dag) -> tuple[tuple[str, ...], tuple[Edge, ...]]:
    """The newer version whole, and of the older what fits: an edge that would close a circle is told in words only."""
    names = [spec.id for spec in (*after.nodes, *before.nodes)]
    parents: dict[str, set[str]] = {name: set() for name in names}
    for parent, child in after.edges:
        parents[child].add(parent)
    for parent, child in sorted(set(before.edges) - set(after.edges)):
        if parent not in dag.descendants(_pairs(parents), [child]):
            parents[child].add(parent)
    nodes = tuple(TopologicalSorter(parents).static_order())
    return nodes, tuple(sorted(_pairs(parents)))


def _pairs(parents: Mapping[str, set[str]]) -> list[Edge]:
    return [(parent, child) for child, ones in parents.items() for parent in ones]
