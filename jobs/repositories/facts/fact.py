"""A fact about a repository: what is so, and the lines that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from dashboard.judging.evidence import Place
from jobs.repositories.readme import Readme, read_readme
from jobs.repositories.snapshot import Snapshot


@dataclass(frozen=True)
class Fact:
    """`value` is plain JSON; None means it cannot be told. `note` is a sentence for people, or empty."""

    value: Any
    places: tuple[Place, ...] = ()
    note: str = ""

    def to_json(self, most_places: int) -> dict[str, Any]:
        """The fact as plain JSON types, with the first of its places."""
        places = [asdict(place) for place in self.places[:most_places]]
        return {"value": self.value, "places": places, "note": self.note}


@dataclass(frozen=True)
class Repository:
    """What a check looks at: the snapshot, and its README taken apart once."""

    snapshot: Snapshot

    @cached_property
    def readme(self) -> Readme:
        return read_readme(self.snapshot)

    def readme_place(self, line: int) -> Place:
        """A line of the README."""
        return self.snapshot.place(self.readme.path, line)

    def files(self, paths: tuple[str, ...] | list[str]) -> tuple[Place, ...]:
        """Whole files as places."""
        return tuple(self.snapshot.place(path) for path in paths)


Check = Callable[[Repository], Mapping[str, Fact]]


def table_in(document: Any, *names: str) -> dict[str, Any]:
    """The table of a settings file at that path; an empty one where there is none, or something else."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}
