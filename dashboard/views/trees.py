"""JSON as a tree for a page: bounded, so that a huge value cannot make a huge page, and looked into part by part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MOST_CHILDREN = 200
MOST_BRANCHES = 3000
LONGEST_TEXT = 4000
LONGEST_NUMBER = 18
OPEN_DEPTH = 2


@dataclass(frozen=True)
class Branch:
    """A value under a name, at a JSON pointer. A leaf has `text`; a container has children.

    Of a container's entries `skipped` come before those shown, and `left_out` after them.
    """

    name: str
    kind: str
    pointer: str = ""
    text: str = ""
    children: tuple[Branch, ...] = ()
    skipped: int = 0
    left_out: int = 0
    is_open: bool = False

    @property
    def size(self) -> int:
        return self.skipped + len(self.children) + self.left_out

    @property
    def next(self) -> int:
        """The first entry that is left out."""
        return self.skipped + len(self.children)


def tree(value: Any, pointer: str = "", start: int = 0) -> Branch:
    """The tree of what is at that pointer (RFC 6901), its entries from number `start` on.

    LookupError when nothing is there.
    """
    name, found = "", value
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        found = _entry(found, name)
    return _branch(name, found, 0, [MOST_BRANCHES], pointer, start)


def _entry(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value[name]
    if isinstance(value, list) and name.isdecimal() and len(name) <= LONGEST_NUMBER:
        return value[int(name)]
    raise KeyError(name)


def _branch(name: str, value: Any, depth: int, budget: list[int], pointer: str, start: int = 0) -> Branch:
    name = _writable(name)
    if isinstance(value, dict):
        return _container(name, "object", list(value.items()), depth, budget, pointer, start)
    if isinstance(value, list):
        entries = [(str(index), item) for index, item in enumerate(value)]
        return _container(name, "list", entries, depth, budget, pointer, start)
    if isinstance(value, str):
        text = value if len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT] + "…"
        return Branch(name, "text", pointer, _writable(text))
    return Branch(name, "null" if value is None else type(value).__name__, pointer, json.dumps(value))


def _container(
    name: str, kind: str, items: list[tuple[str, Any]], depth: int, budget: list[int], pointer: str, start: int
) -> Branch:
    """Every entry shown is paid for before any of them is opened, so that none is missing for its elder's children."""
    shown = items[start : start + min(MOST_CHILDREN, budget[0])]
    budget[0] -= len(shown)
    children = []
    for key, item in shown:
        place = f"{pointer}/{_writable(key).replace('~', '~0').replace('/', '~1')}"
        children.append(_branch(key, item, depth + 1, budget, place))
    skipped = min(start, len(items))
    left_out = len(items) - skipped - len(children)
    is_open = not depth or (depth < OPEN_DEPTH and len(items) <= 40)
    return Branch(name, kind, pointer, "", tuple(children), skipped, left_out, is_open)


def _writable(text: str) -> str:
    """JSON may hold half a character, which no page can be sent with."""
    return text.encode("utf-8", "replace").decode()
