"""Rubrics as data: criteria, what they are about, which evidence counts, and what its absence means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from dashboard.judging.evidence import Answer
from dashboard.judging.vocabulary import FACTS, FINDING_KINDS, PAPER_TYPES

FOLDER = Path(__file__).resolve().parents[2] / "jobs" / "rubrics"
NAMES = ("ml_code_completeness", "miccai", "neurips", "pineau")
Subject = Literal["paper", "repository"]


class RubricError(ValueError):
    """A rubric file that cannot be used, with the file and the criterion at fault."""


@dataclass(frozen=True)
class Pattern:
    """What a sentence must also say before it counts; `says` completes "no sentence ..."."""

    says: str
    regex: re.Pattern[str]


@dataclass(frozen=True)
class Criterion:
    """One question of a rubric.

    `evidence` names finding kinds (about the paper) or facts (about the repository); with `needs_all` every one of
    them must be there. `absence` is the answer when none is, `partial` when only some are. Without `evidence` no rule
    can judge the criterion. `item` is its number on the authors' own checklist, `limits` what a met by rules leaves
    open.
    """

    rubric: str
    id: str
    title: str
    question: str
    about: Subject
    absence: Answer
    partial: Answer
    group: str = ""
    applies_to: frozenset[str] = PAPER_TYPES
    evidence: tuple[str, ...] = ()
    needs_all: bool = False
    pattern: Pattern | None = None
    item: int | None = None
    limits: str = ""

    @property
    def key(self) -> str:
        """The criterion's name across rubrics."""
        return f"{self.rubric}/{self.id}"

    def applies(self, paper_type: str) -> bool:
        """Whether a paper of that type is asked this; one of an unknown type is asked everything."""
        return paper_type not in PAPER_TYPES or paper_type in self.applies_to


@dataclass(frozen=True)
class Rubric:
    """A checklist at a version. `checklist` names the authors' own declaration that answers the same items."""

    id: str
    title: str
    version: str
    source: str
    criteria: tuple[Criterion, ...]
    checklist: str = ""


@cache
def load(name: str) -> Rubric:
    """The rubric of that name; RubricError when there is none or its file is faulty."""
    path = FOLDER / f"{name}.yaml"
    if name not in NAMES:
        raise RubricError(f"No rubric is called {name!r}. There are: {', '.join(NAMES)}.")
    return parse(yaml.safe_load(path.read_text("utf-8")), path.name)


def parse(record: Mapping[str, Any], where: str) -> Rubric:
    """A rubric from its file's content; `where` names the file in errors."""
    missing = [key for key in ("id", "title", "version", "source", "criteria") if not record.get(key)]
    if missing:
        raise RubricError(f"{where} lacks {', '.join(missing)}.")
    criteria = tuple(_criterion(item, record["id"], where) for item in record["criteria"])
    names = [criterion.id for criterion in criteria]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise RubricError(f"{where} has {', '.join(sorted(repeated))} more than once.")
    head = {key: record[key] for key in ("id", "title", "version", "source")}
    return Rubric(**head, criteria=criteria, checklist=record.get("checklist", ""))


def _criterion(record: Mapping[str, Any], rubric: str, where: str) -> Criterion:
    place = f"{where}, {record.get('id', 'a criterion without id')}"
    try:
        about, evidence = record["about"], record.get("evidence", {})
        _require(about in get_args(Subject), f"{place}: `about` is paper or repository, not {about!r}.")
        _require(len(evidence) <= 1 and set(evidence) <= {"any", "all"}, f"{place}: `evidence` is any: or all:.")
        names = tuple(name for group in evidence.values() for name in group)
        _known(names, FACTS if about == "repository" else FINDING_KINDS, place)
        _known(record.get("applies_to", ()), PAPER_TYPES, place)
        absence = Answer(record["absence"])
        return Criterion(
            rubric=rubric,
            **{key: record[key] for key in ("id", "title", "question", "about")},
            **{key: record[key] for key in ("group", "item", "limits") if key in record},
            absence=absence,
            partial=Answer(record.get("partial", absence)),
            applies_to=frozenset(record.get("applies_to", PAPER_TYPES)),
            evidence=names,
            needs_all="all" in evidence,
            pattern=patterns()[record["pattern"]] if "pattern" in record else None,
        )
    except (KeyError, ValueError) as fault:
        raise fault if isinstance(fault, RubricError) else RubricError(f"{place}: {fault!r}") from fault


def _known(names: Any, vocabulary: frozenset[str], place: str) -> None:
    unknown = sorted(set(names) - vocabulary)
    _require(not unknown, f"{place}: nothing is called {', '.join(unknown)}.")


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise RubricError(sentence)


@cache
def patterns() -> Mapping[str, Pattern]:
    """The named patterns of `patterns.yaml`."""
    records = yaml.safe_load((FOLDER / "patterns.yaml").read_text("utf-8"))
    return {name: Pattern(item["says"], re.compile(item["regex"], re.VERBOSE)) for name, item in records.items()}
