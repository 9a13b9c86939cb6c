"""JSON as a tree for a page: bounded, so that a huge value cannot make a huge page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MOST_CHILDREN = 200
MOST_BRANCHES = 3000
LONGEST_TEXT = 4000
OPEN_DEPTH = 2


@dataclass(frozen=True)
class Branch:
    """A value under a name. A leaf has `text`; a container has children, `left_out` of them not shown."""

    name: str
    kind: str
    text: str = ""
    children: tuple[Branch, ...] = ()
    left_out: int = 0
    is_open: bool = False

    @property
    def size(self) -> int:
        return len(self.children) + self.left_out


def tree(value: Any) -> Branch:
    """The tree of a JSON value."""
    return _branch("", value, 0, [MOST_BRANCHES])


def _branch(name: str, value: Any, depth: int, budget: list[int]) -> Branch:
    budget[0] -= 1
    if isinstance(value, dict):
        return _container(name, "object", list(value.items()), depth, budget)
    if isinstance(value, list):
        return _container(name, "list", [(str(index), item) for index, item in enumerate(value)], depth, budget)
    if isinstance(value, str):
        return Branch(name, "text", value if len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT] + "…")
    return Branch(name, "null" if value is None else type(value).__name__, json.dumps(value))


def _container(name: str, kind: str, items: list[tuple[str, Any]], depth: int, budget: list[int]) -> Branch:
    children = []
    for key, item in items[:MOST_CHILDREN]:
        if budget[0] <= 0:
            break
        children.append(_branch(key, item, depth + 1, budget))
    left_out = len(items) - len(children)
    return Branch(name, kind, "", tuple(children), left_out, is_open=depth < OPEN_DEPTH and len(items) <= 40)
