"""Causes: which of the things that differ between two runs can have turned an answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.judging.evidence import Answer
from dashboard.judging.judgement import Judgement

PAPER, REPOSITORY, NOTHING = frozenset({"paper"}), frozenset({"repository"}), frozenset[str]()
BOTH = PAPER | REPOSITORY


@dataclass(frozen=True)
class Change:
    """A thing that differs: what it was and what it is, as a clause of a sentence, and on which criteria it can bear.

    With a rubric it bears on that one's criteria alone: on `criteria` where they are known, and on `reworded` ones
    where others than rules assess. `answer` limits it to criteria that got that answer in one of the runs.
    """

    what: str
    before: str
    after: str
    clause: str
    touches: frozenset[str] = BOTH
    rubric: str = ""
    criteria: frozenset[str] | None = None
    reworded: frozenset[str] = NOTHING
    answer: Answer | None = None

    def bears_on(self, before: Judgement, after: Judgement) -> bool:
        """Whether it can have turned that criterion's answer."""
        return (
            after.about in self.touches
            and self.rubric in ("", after.rubric)
            and (self.criteria is None or after.id in self.criteria or self._reads_otherwise(before, after))
            and (self.answer is None or self.answer in (before.answer, after.answer))
        )

    def _reads_otherwise(self, before: Judgement, after: Judgement) -> bool:
        return after.id in self.reworded and {before.assessor, after.assessor} != {"rules"}


@dataclass(frozen=True)
class Explanation:
    """Why an answer turned: one sentence, and where several things may be to blame, each of them."""

    sentence: str
    candidates: tuple[str, ...] = field(default=())


def rubric_change(
    rubric: str,
    title: str,
    before: str,
    after: str,
    criteria: frozenset[str] | None,
    reworded: frozenset[str] = NOTHING,
) -> Change:
    """A rubric at another version. `criteria` are those that the two versions judge differently, None if unknown;
    `reworded` ones say in other words what counts, which rules do not read."""
    clause = f"the rubric {title} went from version {before} to {after}"
    return Change(f"rubric {rubric}", before, after, clause, rubric=rubric, criteria=criteria, reworded=reworded)


def explain(before: Judgement, after: Judgement, found: Sequence[Change]) -> Explanation:
    """Why what stands differs: a person's ruling, or what changed and bears on the criterion."""
    ruled = _ruled(before, after)
    if ruled and before.answer == after.answer:
        return Explanation(f"Because {ruled}.")
    clauses = [change.clause for change in found if change.bears_on(before, after)] + ([ruled] if ruled else [])
    if not clauses:
        return Explanation(_unexplained(before, after))
    if len(clauses) == 1:
        return Explanation(f"Because {clauses[0]}.")
    return Explanation("Because of one or more of these:", tuple(clauses))


def _ruled(before: Judgement, after: Judgement) -> str:
    """The ruling by which they differ, if there is one."""
    was, now = before.ruling, after.ruling
    if now and now != was:
        return f"{now.who} ruled it {_words(now.answer)} in the later run: {now.reason.rstrip('. ')}"
    if was and was != now:
        return f"{was.who} ruled it {_words(was.answer)} in the earlier run, which does not hold here"
    return ""


def _unexplained(before: Judgement, after: Judgement) -> str:
    if before.assessor != after.assessor:
        return f"{after.assessor} answered here, and {before.assessor} there; nothing else that is recorded differs."
    if after.assessor not in ("rules", ""):
        return f"Nothing that is recorded differs: {after.assessor} gave another answer to the same question."
    return "Nothing that is recorded differs: a host may have answered one run and not the other."


def _words(answer: str) -> str:
    return answer.replace("_", " ")
