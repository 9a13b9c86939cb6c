"""Sparing: a paper read without the pages on which its reader dies. One page must not cost the others."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.engine.errors import TransientError
from jobs import sandbox
from jobs.confined import Limits

_MOST = 8  # Deadly pages: with more of them the file is hostile rather than damaged.
_SECONDS = 60.0  # For finding them.
_TRYING = Limits(cpu_seconds=10, wall_seconds=15.0)


@dataclass(frozen=True)
class Reader:
    """A function of `jobs.papers.reader` and what it is called with; `task` names it in messages."""

    name: str
    arguments: Mapping[str, Any]
    task: str

    def read(self, without: Collection[int] = (), limits: Limits | None = None) -> sandbox.Answer:
        order = {**self.arguments, "leave_out": sorted(without)}
        return sandbox.run(f"jobs.papers.reader:{self.name}", order, self.task, limits)


def read_sparing(reader: Reader, known: Sequence[int] = ()) -> sandbox.Answer:
    """The reader's answer without the pages `known` to be broken, and where its child dies without those it dies of.

    Raises what the sandbox does, DiedError too where no such pages can be told from the rest.
    """
    try:
        return reader.read(known)
    except sandbox.DiedError:
        others = [number for number in range(1, _count(reader) + 1) if number not in known]
        deadly = _deadly(reader, others)
        if not 0 < len(deadly) < len(others):
            raise
        return reader.read({*known, *deadly})


def _count(reader: Reader) -> int:
    order = {"path": reader.arguments["path"]}
    return int(sandbox.run("jobs.papers.reader:count", order, reader.task).value)


def _deadly(reader: Reader, pages: Sequence[int]) -> list[int]:
    """The pages of which a child dies; none where they are too many or take too long to find."""
    found: list[int] = []
    for number in _search(reader, pages, pages, time.monotonic() + _SECONDS):
        if number is None or len(found) == _MOST:
            return []
        found.append(number)
    return found


def _search(reader: Reader, every: Sequence[int], suspects: Sequence[int], until: float) -> Iterator[int | None]:
    """Every deadly page among the suspects, by halves; None when the time is up."""
    if time.monotonic() > until:
        yield None
    elif not _dies(reader, set(every) - set(suspects)):
        return
    elif len(suspects) == 1:
        yield suspects[0]
    else:
        middle = len(suspects) // 2
        yield from _search(reader, every, suspects[:middle], until)
        yield from _search(reader, every, suspects[middle:], until)


def _dies(reader: Reader, without: Collection[int]) -> bool:
    try:
        reader.read(without, _TRYING)
    except (sandbox.DiedError, TransientError):
        return True
    return False
