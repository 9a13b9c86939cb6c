"""Evidence and verdicts: the shapes that travel between nodes as JSON, from finding to report."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

Box = tuple[float, float, float, float]


class Answer(StrEnum):
    """What can be said of a criterion. Only the first two ever count in a score."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True)
class Quote:
    """Words in the paper. `start` and `end` are offsets in the page's stored text; boxes are PDF points, top-left
    origin, (left, top, right, bottom), one a line. `sha256` is of the words as they were first taken."""

    page: int
    start: int
    end: int
    text: str
    boxes: tuple[Box, ...] = ()
    verified: bool = False
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", digest(self.text))


@dataclass(frozen=True)
class Place:
    """A line of the paper's repository at a commit. `line` 0 means the file as a whole."""

    path: str
    line: int
    commit: str
    text: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing found in the paper: what kind (`code_statement`, `seed`, ...), where, and what it says."""

    kind: str
    quote: Quote
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """A criterion's answer by one assessor (`rules` or a model's name), with the evidence it rests on.

    `how` tells how a model came to it: `{prompt, temperature, format}`; empty for rules.
    """

    criterion: str
    answer: Answer
    reason: str
    assessor: str = "rules"
    quotes: tuple[Quote, ...] = ()
    places: tuple[Place, ...] = ()
    how: dict[str, Any] = field(default_factory=dict)


def digest(text: str) -> str:
    """The sha256 of words, by which they are known again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def to_json(value: Finding | Verdict | Quote | Place) -> dict[str, Any]:
    """The value as plain JSON types."""
    record = asdict(value)
    return {**record, "answer": str(value.answer)} if isinstance(value, Verdict) else record


def quote_from(record: dict[str, Any]) -> Quote:
    """A quote as `to_json` wrote it."""
    boxes = tuple((box[0], box[1], box[2], box[3]) for box in record.get("boxes", ()))
    return Quote(**{**record, "boxes": boxes})


def finding_from(record: dict[str, Any]) -> Finding:
    """A finding as `to_json` wrote it."""
    return Finding(record["kind"], quote_from(record["quote"]), dict(record.get("detail", {})))


def verdict_from(record: dict[str, Any]) -> Verdict:
    """A verdict as `to_json` wrote it."""
    return Verdict(
        criterion=record["criterion"],
        answer=Answer(record["answer"]),
        reason=record["reason"],
        assessor=record.get("assessor", "rules"),
        quotes=tuple(quote_from(quote) for quote in record.get("quotes", ())),
        places=tuple(Place(**place) for place in record.get("places", ())),
        how=dict(record.get("how", {})),
    )
