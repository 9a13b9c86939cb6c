"""The questions of a node: what it asked in this generation, what is still open, what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from dashboard.engine.clock import now
from dashboard.engine.errors import InvalidInputError, NotAllowedError
from dashboard.engine.tables import node, question
from dashboard.engine.transactions import look

LONGEST_KEY = 100
LONGEST_WORDS = 4_000
LONGEST_ANSWER = 10_000
MOST_CHOICES = 20


@dataclass(frozen=True)
class Question:
    """What a node asks a person. `key` names it within the node, so that asking again is the same question.

    Without choices any words will do as an answer. InvalidInputError when it is too long or empty.
    """

    key: str
    words: str
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= LONGEST_KEY:
            raise InvalidInputError(f"A question's key has 1 to {LONGEST_KEY} characters.")
        if not 0 < len(self.words.strip()) <= LONGEST_WORDS:
            raise InvalidInputError(f"A question has 1 to {LONGEST_WORDS:,} characters.")
        if len(self.choices) > MOST_CHOICES or not all(choice.strip() for choice in self.choices):
            raise InvalidInputError(f"A question offers at most {MOST_CHOICES} choices, none of them empty.")

    def checked(self, words: str) -> str:
        """The answer as it is kept; InvalidInputError where it is none."""
        said = words.strip()
        if self.choices and said not in self.choices:
            raise InvalidInputError(f"Choose one of: {', '.join(self.choices)}.")
        if not 0 < len(said) <= LONGEST_ANSWER:
            raise InvalidInputError(f"An answer has 1 to {LONGEST_ANSWER:,} characters.")
        return said


class AnswerNeededError(Exception):
    """A handler cannot go on before a person answers. No failure: its attempt ends as `asked`."""

    def __init__(self, *asked: Question) -> None:
        super().__init__("A person must answer first.")
        self.questions = asked


_ADD = (
    insert(question)
    .prefix_with("IGNORE", dialect="mysql")
    .prefix_with("OR IGNORE", dialect="sqlite")
    .values(asked_at=now())
    .execution_options(point="ask: add questions")
)

_ANSWERS = (
    select(question.c.key, question.c.answer)
    .where(question.c.node_id == bindparam("row"), question.c.generation == bindparam("generation"))
    .where(question.c.answered_at.is_not(None))
)

_OPEN = (
    select(question.c.key, question.c.words, question.c.choices)
    .join(node, node.c.id == question.c.node_id)
    .where(question.c.node_id == bindparam("row"), question.c.generation == node.c.generation)
    .where(question.c.answered_at.is_(None))
    .order_by(question.c.id)
    .execution_options(point="ask: open questions")
)

_ANSWER = (
    update(question)
    .where(question.c.node_id == bindparam("row"), question.c.key == bindparam("name"))
    .where(question.c.generation == select(node.c.generation).where(node.c.id == bindparam("row")).scalar_subquery())
    .values(answer=bindparam("said"), answered_by=bindparam("who"), answered_at=now())
    .execution_options(point="ask: answer")
)

_WITHDRAW = (
    update(node)
    .where(
        node.c.id.in_(bindparam("rows", expanding=True)),
        exists().where(
            question.c.node_id == node.c.id,
            question.c.generation == node.c.generation,
            question.c.answered_at.is_(None),
        ),
    )
    .values(hold_reason=None)
    .execution_options(point="ask: withdraw")
)


def add(connection: Connection, row: int, generation: int, asked: Sequence[Question]) -> None:
    """Keep what the node asks; what it asked before stays as it was."""
    whose = {"node_id": row, "generation": generation}
    connection.execute(_ADD, [{**whose, **vars(one), "choices": list(one.choices)} for one in asked])


def answers(row: int, generation: int) -> Mapping[str, str]:
    """What people have answered to this generation of the node, by the question's key."""
    found: Sequence[Any] = look(lambda looking: looking.execute(_ANSWERS, {"row": row, "generation": generation}).all())
    return {one.key: one.answer for one in found}


def open_ones(connection: Connection, row: int) -> dict[str, Question]:
    """The node's questions that wait for an answer, by key."""
    found = connection.execute(_OPEN, {"row": row})
    return {one.key: Question(one.key, one.words, tuple(one.choices)) for one in found}


def answer(connection: Connection, row: int, key: str, said: str, by: int | None) -> None:
    """Keep the answer to an open question."""
    connection.execute(_ANSWER, {"row": row, "name": key, "said": said, "who": by})


def refuse_if_open(connection: Connection, row: int, node_id: str) -> None:
    """NotAllowedError while a question of the node is open: only an answer lets it go on."""
    if open_ones(connection, row):
        raise NotAllowedError(f"{node_id} waits for an answer. Answer it, or go on without the node.")


def withdraw(connection: Connection, rows: Sequence[int]) -> None:
    """The nodes are about to start anew: what they asked holds them no more."""
    connection.execute(_WITHDRAW, {"rows": list(rows)})
