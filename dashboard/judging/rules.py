"""RulesAssessor: criteria answered without a model, from what the extraction found and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

from dashboard.judging.criterion import Criterion
from dashboard.judging.evidence import Answer, Place, Quote, Verdict
from dashboard.judging.question import Exhibit, Question
from dashboard.judging.vocabulary import in_words

QUOTES = 3  # A verdict shows the best few; the evidence artifact holds them all.
PLACES = 5


class RulesAssessor:
    """Met where the evidence the rubric names is there; otherwise the answer the rubric gives its absence."""

    name = "rules"

    def assess(self, question: Question) -> Verdict:
        criterion, obstacle = question.criterion, question.obstacle
        if obstacle:
            return Verdict(criterion.key, obstacle.answer, obstacle.reason, self.name)
        if not criterion.evidence:
            return Verdict(criterion.key, Answer.NOT_ASSESSED, "No rule can judge this.", self.name)
        found = [exhibit for exhibit in question.exhibits if exhibit.present]
        answer = answer_of(criterion, question.exhibits)
        reason = reason_of(criterion, question.exhibits, answer)
        return Verdict(criterion.key, answer, reason, self.name, quotes_of(found), places_of(found))

    def repair(self, question: Question, draft: Verdict, objections: list[str]) -> Verdict:
        """Judge again without the words that are not in the document."""
        return self.assess(question.without(draft))


def answer_of(criterion: Criterion, exhibits: Sequence[Exhibit]) -> Answer:
    """The rubric's rule: all of the evidence or any of it, and what its absence means."""
    states = [exhibit.present for exhibit in exhibits]
    enough = all if criterion.needs_all else any
    if enough(state is True for state in states):
        return Answer.MET
    if None in states:
        return Answer.NOT_ASSESSED
    return criterion.partial if True in states else criterion.absence


def reason_of(criterion: Criterion, exhibits: Sequence[Exhibit], answer: Answer) -> str:
    """A sentence or two on what was found, what was not, and what the rules leave open."""
    found = _listed([_found_words(exhibit) for exhibit in exhibits if exhibit.present])
    missing = _listed([in_words(exhibit.name) for exhibit in exhibits if exhibit.present is False])
    unclear = _listed([in_words(exhibit.name) for exhibit in exhibits if exhibit.present is None])
    sentences = [f"Found {found}." if found else ""]
    if answer is not Answer.MET:
        sentences.append(_missing_words(criterion, missing) if missing else "")
        sentences.append(f"It could not be established: {unclear}." if unclear else "")
    sentences += dict.fromkeys(exhibit.note for exhibit in exhibits if exhibit.note)
    sentences.append(criterion.limits if answer is Answer.MET else "")
    if answer is Answer.NOT_ASSESSED and missing:
        sentences.append("Rules cannot tell whether it is missing or said in other words.")
    return " ".join(sentence for sentence in sentences if sentence)


def quotes_of(exhibits: Sequence[Exhibit]) -> tuple[Quote, ...]:
    """The first quotes of each exhibit in turn, none twice."""
    turns = chain.from_iterable(zip_longest(*(exhibit.quotes for exhibit in exhibits)))
    return tuple(dict.fromkeys(quote for quote in turns if quote))[:QUOTES]


def places_of(exhibits: Sequence[Exhibit]) -> tuple[Place, ...]:
    """The first places of each exhibit in turn, none twice."""
    turns = chain.from_iterable(zip_longest(*(exhibit.places for exhibit in exhibits)))
    return tuple(dict.fromkeys(place for place in turns if place))[:PLACES]


def _found_words(exhibit: Exhibit) -> str:
    pages = sorted({quote.page for quote in exhibit.quotes})
    where = f" (page{'s' if len(pages) > 1 else ''} {', '.join(map(str, pages[:4]))})" if pages else ""
    return in_words(exhibit.name) + where


def _missing_words(criterion: Criterion, missing: str) -> str:
    if criterion.about == "repository":
        return f"Not found in the repository: {missing}."
    if criterion.pattern:
        return f"No sentence {criterion.pattern.says}."
    return f"Nothing was found on {missing}."


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
