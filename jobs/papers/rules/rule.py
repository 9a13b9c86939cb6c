"""Rule: a kind of evidence and the words that show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jobs.papers.sentences import Sentence

# Where a sentence is not about the paper's own work, or is a form rather than the paper.
ELSEWHERE = frozenset({"references", "checklist", "acknowledgements"})
OTHERS_WORK = ELSEWHERE | {"related"}


def words(*patterns: str) -> re.Pattern[str]:
    """Any of the patterns, in either case. Written for sentences on one line."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def either(*patterns: str) -> str:
    """The patterns as one group, for use within another pattern."""
    return f"(?:{'|'.join(patterns)})"


@dataclass(frozen=True)
class Rule:
    """`kind` is found where `shows` matches, `needs` too (where given), and `unless` does not.

    `flag` is the fact the rule proves of the whole paper; a rule without one only collects passages.
    """

    kind: str
    shows: re.Pattern[str]
    needs: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    flag: str = ""
    not_in: frozenset[str] = field(default=ELSEWHERE)

    def match(self, sentence: Sentence) -> re.Match[str] | None:
        """The words that show it, or None."""
        if sentence.section_kind in self.not_in:
            return None
        if self.needs and not self.needs.search(sentence.words):
            return None
        if self.unless and self.unless.search(sentence.words):
            return None
        return self.shows.search(sentence.words)
