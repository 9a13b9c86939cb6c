"""Opinions: what people say of a criterion. The newest that was not withdrawn stands over what the checks found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dashboard.judging.evidence import Answer

# Where an opinion on a repository holds when none was fetched: in other runs without one.
NO_COMMIT = "none"


@dataclass(frozen=True)
class Opinion:
    """One person's ruling. `found` is what the checks answered then; `at_commit` is empty for one about the paper."""

    id: int
    run_id: int
    paper_id: int
    rubric: str
    criterion: str
    at_commit: str
    found: Answer
    answer: Answer
    reason: str
    by: int
    who: str
    when: datetime
    withdrawn: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.withdrawn is None

    @property
    def overrules(self) -> bool:
        return self.answer != self.found

    def holds_at(self, commit: str) -> bool:
        """Whether it speaks for a run whose repository was read at that commit (empty where none was)."""
        return self.at_commit in ("", commit or NO_COMMIT)


def commit_for(about: str, commit: str) -> str:
    """Where a ruling on a criterion holds: everywhere, or at the commit that was looked at."""
    return (commit or NO_COMMIT) if about == "repository" else ""


def newest(opinions: Iterable[Opinion]) -> Opinion | None:
    """The one that stands; None when nobody has ruled, or all was withdrawn."""
    return max((one for one in opinions if one.stands), key=lambda one: one.id, default=None)


def standing(found: Mapping[str, Mapping[str, Answer]], opinions: Iterable[Opinion]) -> dict[str, dict[str, Answer]]:
    """The answers of several rubrics, by rubric and criterion, with the opinions that hold laid over."""
    by_rubric: dict[str, list[Opinion]] = {}
    for one in opinions:
        by_rubric.setdefault(one.rubric, []).append(one)
    return {rubric: laid_over(answers, by_rubric.get(rubric, ())) for rubric, answers in found.items()}


def laid_over(answers: Mapping[str, Answer], opinions: Iterable[Opinion]) -> dict[str, Answer]:
    """One rubric's answers by criterion, with the opinions on that rubric over what was found."""
    standing = sorted((one for one in opinions if one.stands and one.criterion in answers), key=lambda one: one.id)
    return {**answers, **{one.criterion: one.answer for one in standing}}


def opinion_to_json(opinion: Opinion) -> dict[str, Any]:
    """The opinion as plain JSON types."""
    withdrawn = opinion.withdrawn.isoformat() if opinion.withdrawn else None
    return {**asdict(opinion), "when": opinion.when.isoformat(), "withdrawn": withdrawn}


def opinion_from(record: Mapping[str, Any]) -> Opinion:
    """An opinion as `opinion_to_json` wrote it."""
    moments = {key: datetime.fromisoformat(record[key]) if record[key] else None for key in ("when", "withdrawn")}
    answers = {key: Answer(record[key]) for key in ("found", "answer")}
    return Opinion(**{**record, **moments, **answers})
