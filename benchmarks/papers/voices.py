"""Rules alone, the model alone, and what stands of the two: each beside what people found, with what the model used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.papers.criteria import PAIRS, Pair
from benchmarks.papers.pipeline import Reading
from benchmarks.papers.tally import Tally, judged
from benchmarks.papers.truth import Paper
from dashboard.judging.evidence import Answer
from dashboard.reads.spending import Spent
from jobs.agents.checks import RULES

VOICES = ("rules", "model", "stands")


@dataclass(frozen=True)
class Heard:
    """Answers held against people's: those that say yes or no, and how many said neither."""

    tally: Tally = field(default_factory=Tally)
    not_assessed: int = 0

    def __add__(self, other: Heard) -> Heard:
        return Heard(self.tally + other.tally, self.not_assessed + other.not_assessed)


@dataclass(frozen=True)
class Comparison:
    """By flag and voice what was heard, what all calls to the model came to (`used.name` is its name), and a line on
    each answer of its that people would not have given."""

    fields: Mapping[str, Mapping[str, Heard]]
    used: Spent
    wrong: Sequence[str] = ()

    @property
    def all_fields(self) -> dict[str, Heard]:
        """By voice, the flags together."""
        return {voice: sum((heard[voice] for heard in self.fields.values()), Heard()) for voice in VOICES}


def compare(model: str, readings: Iterable[Reading], spent: Iterable[Spent]) -> Comparison:
    """The figures of runs in which that model was asked; a paper that was not read is not assessed by anyone."""
    papers = [(reading, reading.subject) for reading in readings if isinstance(reading.subject, Paper)]
    fields = {pair.flag: _heard(pair, model, papers) for pair in PAIRS if any(_is_sure(pair, of) for _, of in papers)}
    unused = Spent(model, calls=0, tokens_in=0, tokens_out=0, seconds=0.0, cost=None)
    used = next((one for one in spent if one.name == model), unused)
    return Comparison(fields, used, [line for pair in PAIRS for line in _wrong(pair, model, papers)])


def _heard(pair: Pair, model: str, papers: Sequence[tuple[Reading, Paper]]) -> dict[str, Heard]:
    sums = dict.fromkeys(VOICES, Heard())
    for reading, paper in papers:
        if _is_sure(pair, paper):
            answers = _answers(reading, pair.criterion, model)
            for voice in VOICES:
                sums[voice] += _judged(pair.heard(answers[voice]), paper.flags[pair.flag])
    return sums


def _wrong(pair: Pair, model: str, papers: Sequence[tuple[Reading, Paper]]) -> Iterator[str]:
    for reading, paper in papers:
        answer = _answers(reading, pair.criterion, model)["model"]
        if _is_sure(pair, paper) and pair.heard(answer) is (not paper.flags[pair.flag]):
            words = f"{pair.flag} is {paper.flags[pair.flag]}, {pair.criterion} is {answer.replace('_', ' ')}"
            yield f"{paper.file.name}: {words}"


def _is_sure(pair: Pair, paper: Paper) -> bool:
    return pair.flag in paper.flags and pair.flag not in paper.ambiguous


def _judged(found: bool | None, true: bool) -> Heard:
    return Heard(not_assessed=1) if found is None else Heard(judged(found, true))


def _answers(reading: Reading, key: str, model: str) -> dict[str, Answer]:
    """What each voice answers to the criterion; nobody who was not asked has assessed it."""
    criterion = _criterion(reading, key)
    told = {verdict["assessor"]: verdict["answer"] for verdict in criterion.get("verdicts", ())}
    answers = {"rules": told.get(RULES.name), "model": told.get(model), "stands": criterion.get("answer")}
    return {voice: Answer(answer or Answer.NOT_ASSESSED) for voice, answer in answers.items()}


def _criterion(reading: Reading, key: str) -> Mapping[str, Any]:
    """The criterion as the run judged it; empty where the run did not come so far."""
    wanted, _, name = key.partition("/")
    for rubric in reading.files.get("findings.json", {}).get("rubrics", ()):
        if rubric["id"] == wanted:
            return next((one for one in rubric["criteria"] if one["id"] == name), {})
    return {}
