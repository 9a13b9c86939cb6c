"""Criteria: the questions of a rubric, and what the rules take for an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from dashboard.judging.evidence import Answer
from dashboard.judging.vocabulary import PAPER_TYPES, in_words

FOLDER = Path(__file__).resolve().parents[2] / "jobs" / "rubrics"
Subject = Literal["paper", "repository"]


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
    can judge the criterion. `counts` says in words what counts as evidence, to people and models; `item` is its number
    on the authors' own checklist, `limits` what a met by rules leaves open.
    """

    rubric: str
    id: str
    title: str
    question: str
    about: Subject
    absence: Answer
    partial: Answer
    group: str = ""
    counts: str = ""
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

    @property
    def rule(self) -> str:
        """What the rules look for, in words; empty where none can judge."""
        if not self.evidence:
            return ""
        words = (" and " if self.needs_all else " or ").join(in_words(name) for name in self.evidence)
        return f"{words}, in a sentence that {self.pattern.says}" if self.pattern else words

    def applies(self, paper_type: str) -> bool:
        """Whether a paper of that type is asked this; one of an unknown type is asked everything."""
        return paper_type not in PAPER_TYPES or paper_type in self.applies_to


@cache
def patterns() -> Mapping[str, Pattern]:
    """The named patterns of `patterns.yaml`."""
    records = yaml.safe_load((FOLDER / "patterns.yaml").read_text("utf-8"))
    return {name: Pattern(item["says"], re.compile(item["regex"], re.VERBOSE)) for name, item in records.items()}
