"""Outputs: where what two nodes handed on differs. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 12
DEEPEST = 3
LONGEST = 160
MISSING = "nothing"


@dataclass(frozen=True)
class Difference:
    """A value at a path such as `scores.neurips.met`, shortened."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """The first of them, and how many more there are."""

    shown: tuple[Difference, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.shown)


def differences(before: Any, after: Any) -> Differences:
    """Where the two JSON values differ, lists as a whole."""
    found = tuple(_walk(before, after, ()))
    return Differences(found[:MOST], len(found[MOST:]))


def _walk(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and len(path) < DEEPEST:
        for key in dict.fromkeys((*before, *after)):
            yield from _walk(before.get(key), after.get(key), (*path, str(key)))
    else:
        yield Difference(".".join(path), *_told(before, after))


def _told(before: Any, after: Any) -> tuple[str, str]:
    """Both in few letters; lists by what only one of them holds."""
    if isinstance(before, list) and isinstance(after, list):
        return _list(before, after), _list(after, before)
    return _short(before), _short(after)


def _list(mine: Sequence[Any], other: Sequence[Any]) -> str:
    own = [item for item in mine[:200] if item not in other]
    return f"{len(mine)} entries" + (f", only here: {_short(own)}" if own else "")


def _short(value: Any) -> str:
    text = MISSING if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
