"""ModelAssessor: criteria answered by a language model from passages, with words of theirs as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage

from dashboard.judging.evidence import Answer, Place, Quote, Verdict
from dashboard.judging.question import Question
from jobs.agents import prompts
from jobs.agents.calls import Calls
from jobs.agents.ledger import SpendingCapError
from jobs.agents.replies import Citation, ModelAnswer, UnreadableReplyError, read_reply

CUT = "It was cut off at its longest length; be shorter."
LONGEST_REFUSAL = 300


class RefusedError(Exception):
    """The model, or its provider, declined to answer; the message is what it said."""


class ModelAssessor:
    """Says of each criterion what the model says; that its quotes exist is for others to see."""

    def __init__(self, calls: Calls) -> None:
        settings = calls.model.settings
        self.name = settings.name
        self._calls = calls
        self._how: dict[str, Any] = {
            "prompt": prompts.VERSION, "temperature": settings.temperature, "format": settings.format
        }  # fmt: skip

    def assess(self, question: Question) -> Verdict:
        if question.obstacle:
            return self._verdict(question, question.obstacle.answer, question.obstacle.reason)
        if not prompts.numbered(question):
            return self._verdict(question, Answer.NOT_ASSESSED, "Nothing was found that could be read on this.")
        try:
            answer = self._answer(question, prompts.first(question))
        except (SpendingCapError, RefusedError, UnreadableReplyError) as why:
            return self._verdict(question, Answer.NOT_ASSESSED, _told(why))
        return self._from(question, answer)

    def repair(self, question: Question, draft: Verdict, objections: list[str]) -> Verdict:
        """A second answer; where there is none the draft stays, and counts for what was verified of it."""
        try:
            return self._from(question, self._answer(question, prompts.again(question, draft, objections)))
        except (SpendingCapError, RefusedError, UnreadableReplyError):
            return draft

    def _answer(self, question: Question, messages: Sequence[BaseMessage]) -> ModelAnswer:
        """The model's answer; one that cannot be read is asked for once more."""
        try:
            return self._ask(question, messages)
        except UnreadableReplyError as fault:
            return self._ask(question, prompts.unreadable(messages, fault.reply, fault.fault))

    def _ask(self, question: Question, messages: Sequence[BaseMessage]) -> ModelAnswer:
        reply = self._calls.ask(question.criterion.key, messages)
        if reply.refusal:
            raise RefusedError(" ".join(reply.refusal.split())[:LONGEST_REFUSAL])
        try:
            return read_reply(reply.text)
        except UnreadableReplyError as fault:
            raise UnreadableReplyError(f"{fault} {CUT}" if reply.is_cut else fault.fault, reply.text) from None

    def _from(self, question: Question, answer: ModelAnswer) -> Verdict:
        shown = {name: place for (name, _, _), place in zip(prompts.numbered(question), _places(question), strict=True)}
        cited = [_cited(citation, shown.get(citation.passage.strip().upper()), question) for citation in answer.quotes]
        return self._verdict(
            question,
            Answer(answer.answer),
            answer.reason or "The model gave no reason.",
            quotes=tuple(one for one in cited if isinstance(one, Quote)),
            places=tuple(one for one in cited if isinstance(one, Place)),
        )

    def _verdict(self, question: Question, answer: Answer, reason: str, **evidence: Any) -> Verdict:
        return Verdict(question.criterion.key, answer, reason, self.name, how=self._how, **evidence)


def _places(question: Question) -> list[Quote | Place]:
    return [*question.passages.quotes, *question.passages.places]


def _cited(citation: Citation, passage: Quote | Place | None, question: Question) -> Quote | Place:
    """The words as said to stand in that passage. Offsets are not the model's to give: the source finds them."""
    if isinstance(passage, Place):
        return Place(passage.path, passage.line, passage.commit, citation.quote)
    if question.criterion.about == "repository":
        return Place("", 0, "", citation.quote)
    return Quote(passage.page if passage else 0, 0, 0, citation.quote)


def _told(why: Exception) -> str:
    if isinstance(why, SpendingCapError):
        return f"Not assessed: {why}."
    if isinstance(why, RefusedError):
        return f"The model declined to answer: {why}"
    return f"The model's answer could not be read, twice. {why}"
