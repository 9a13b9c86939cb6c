"""Judgements: each criterion with what the checks found, what people said of it, and which of them counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard.judging.evidence import Answer, Place, Quote, Verdict, verdict_from
from dashboard.judging.opinion import Opinion, newest
from dashboard.judging.tally import Tally, counted_once, tally


@dataclass(frozen=True)
class Judgement:
    """A criterion as a run judged it. `answer` is the checks', `stands` the one that counts; `rulings` oldest first."""

    run_id: int
    version: str
    rubric: str
    id: str
    group: str
    title: str
    question: str
    about: str
    item: int | None
    answer: Answer
    reason: str
    assessor: str
    declared: str | None
    verdicts: tuple[Verdict, ...]
    rulings: tuple[Opinion, ...] = ()

    @property
    def key(self) -> str:
        """The criterion's name across rubrics."""
        return f"{self.rubric}/{self.id}"

    @cached_property
    def ruling(self) -> Opinion | None:
        """The ruling that stands."""
        return newest(self.rulings)

    @property
    def stands(self) -> Answer:
        return self.ruling.answer if self.ruling else self.answer

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Those of the assessor whose verdict counts among the checks', unverified ones included."""
        return tuple(quote for verdict in self._standing for quote in verdict.quotes)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for verdict in self._standing for place in verdict.places)

    def hides_from(self, person: int) -> bool:
        """Whether others have ruled and that person has not: a second opinion is worth more when it is formed alone."""
        return self.ruling is not None and self.ruling_of(person) is None

    def seen_by(self, person: int) -> Answer:
        """What stands, to that person's eyes: what the checks found as long as others' rulings are hidden."""
        return self.answer if self.hides_from(person) else self.stands

    def ruling_of(self, person: int) -> Opinion | None:
        """That person's own ruling, while it stands."""
        return newest(one for one in self.rulings if one.by == person)

    @property
    def _standing(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.assessor == self.assessor]


@dataclass(frozen=True)
class JudgedRubric:
    """A rubric with its judgements."""

    id: str
    title: str
    version: str
    source: str
    criteria: tuple[Judgement, ...]

    @property
    def name(self) -> str:
        """Name and version, as `rubric.named` reads them."""
        return f"{self.id}@{self.version}"

    @property
    def groups(self) -> dict[str, list[Judgement]]:
        """The criteria under their headings, in the order of the rubric."""
        shared: dict[str, list[Judgement]] = {}
        for criterion in self.criteria:
            shared.setdefault(criterion.group, []).append(criterion)
        return shared

    @property
    def answers(self) -> dict[str, Answer]:
        """What stands, by criterion."""
        return {criterion.id: criterion.stands for criterion in self.criteria}

    @cached_property
    def counts(self) -> Tally:
        return tally(self.answers.values())

    @property
    def score(self) -> int | None:
        """Of the criteria that were assessed the share that is met, people's rulings included; None without any."""
        return self.counts.score


@dataclass(frozen=True)
class Judged:
    """All that was judged in a run. `commit` is that of its repository, empty where none was read."""

    run_id: int
    paper_id: int
    commit: str
    rubrics: tuple[JudgedRubric, ...]
    disagreements: tuple[str, ...] = ()

    @cached_property
    def overall(self) -> Tally:
        return tally(counted_once({rubric.id: rubric.answers for rubric in self.rubrics}))

    def rubric(self, name: str) -> JudgedRubric | None:
        return next((rubric for rubric in self.rubrics if rubric.id == name), None)


def judged_rubric(run_id: int, record: Mapping[str, Any], opinions: Iterable[Opinion] = ()) -> JudgedRubric:
    """A rubric as `comparison.judged` made it, with the opinions that hold for the run."""
    mine = [one for one in opinions if one.rubric == record["id"]]
    head = {key: str(record[key]) for key in ("id", "title", "version", "source")}
    place = {"run_id": run_id, "version": head["version"], "rubric": head["id"]}
    criteria = (_judgement(place, criterion, mine) for criterion in record["criteria"])
    return JudgedRubric(**head, criteria=tuple(criteria))


def _judgement(place: Mapping[str, Any], record: Mapping[str, Any], opinions: Sequence[Opinion]) -> Judgement:
    return Judgement(
        **place,
        **{key: record[key] for key in ("id", "group", "title", "question", "about", "item", "reason", "assessor")},
        answer=Answer(record["answer"]),
        declared=record["declared"],
        verdicts=tuple(verdict_from(verdict) for verdict in record["verdicts"]),
        rulings=tuple(one for one in opinions if one.criterion == record["id"]),
    )
