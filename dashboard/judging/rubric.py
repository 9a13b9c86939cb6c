"""Rubrics as data: checklists at a version, those that come with PaperSnitch and those people write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from dashboard.judging.criterion import FOLDER, Criterion, Pattern, Subject, patterns
from dashboard.judging.rubric_file import RubricError, criteria_of, loaded

__all__ = [
    "NAMES",
    "Criterion",
    "Pattern",
    "Rubric",
    "RubricError",
    "Subject",
    "load",
    "named",
    "parse",
    "patterns",
    "read",
    "shipped",
]


@dataclass(frozen=True)
class Rubric:
    """A checklist at a version. `checklist` names the authors' own declaration that answers the same items."""

    id: str
    title: str
    version: str
    source: str
    criteria: tuple[Criterion, ...]
    checklist: str = ""

    @property
    def name(self) -> str:
        """Name and version, as `named` reads them."""
        return f"{self.id}@{self.version}"


def named(text: str) -> tuple[str, str | None]:
    """`neurips@2025.1` as name and version; without a version None, which means the newest."""
    name, _, version = text.strip().partition("@")
    return name, version or None


@cache
def shipped() -> Mapping[str, tuple[str, ...]]:
    """The rubrics that come with PaperSnitch: name to versions, newest first."""
    found: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("*@*.yaml")):
        name, version = path.stem.split("@", 1)
        found.setdefault(name, []).append(version)
    return {name: tuple(sorted(versions, key=_in_order, reverse=True)) for name, versions in found.items()}


@cache
def load(name: str, version: str | None = None) -> Rubric:
    """The rubric of that name, its newest version unless one is named; RubricError when there is none."""
    versions = shipped().get(name, ())
    if not versions:
        raise RubricError(f"No rubric is called {name!r}. There are: {', '.join(NAMES)}.")
    if version is not None and version not in versions:
        raise RubricError(f"The rubric {name} has no version {version!r}. It has: {', '.join(versions)}.")
    path = FOLDER / f"{name}@{version or versions[0]}.yaml"
    return parse(yaml.safe_load(path.read_text("utf-8")), path.name)


def read(text: str, where: str = "The file", **head: str) -> Rubric:
    """A rubric from YAML that people wrote; `head` overrules what it says of itself (`id`, `version`, ...)."""
    return parse({**loaded(text, where), **head}, where)


def parse(record: Mapping[str, Any], where: str) -> Rubric:
    """A rubric from its file's content, RubricError when it is faulty; `where` names the file in errors."""
    criteria = criteria_of(record, where)
    head = {key: str(record[key]) for key in ("id", "title", "version", "source")}
    return Rubric(**head, criteria=criteria, checklist=str(record.get("checklist") or ""))


def _in_order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


NAMES = tuple(shipped())
