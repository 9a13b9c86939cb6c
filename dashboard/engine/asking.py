"""A node asks a person: it is held with its questions until they are answered, and then runs again knowing the answers.

The handler raises AnswerNeededError, which is no failure; its attempt ends as `asked`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from dashboard.engine import acts, doorbell, holding, limits, questions, settling
from dashboard.engine.acts import Act
from dashboard.engine.claims import Claim, record_end
from dashboard.engine.clock import now
from dashboard.engine.errors import ConflictError
from dashboard.engine.outcomes import ClaimLost, Landing, LogLine, landing_of, write_lines
from dashboard.engine.questions import Question
from dashboard.engine.states import NodeStatus, Outcome, RunStatus
from dashboard.engine.tables import node

_OWN = (
    update(node)
    .where(node.c.id == bindparam("row"), node.c.claim_token == bindparam("token"), node.c.status == NodeStatus.RUNNING)
    .execution_options(point="ask: own node")
)


def ask(claim: Claim, asked: Sequence[Question], lines: Sequence[LogLine] = ()) -> Landing:
    """End the attempt with its questions: the node is held until each of them is answered."""

    def body(connection: Connection) -> Landing:
        run_status = settling.lock_run(connection, claim.run_id)
        own = _OWN.values(**settling.RELEASED, **_stands(run_status, asked))
        if not connection.execute(own, {"row": claim.id, "token": claim.token}).rowcount:
            raise ClaimLost
        record_end(connection, claim, Outcome.ASKED)
        questions.add(connection, claim.id, claim.generation, asked)
        write_lines(connection, claim, lines)
        run_status = settling.settle(connection, claim.run_id, run_status)
        return Landing(True, tuple(limits.free(connection, claim.concurrency_key)), None, run_status)

    return landing_of(claim, body)


def answer(run_id: int, node_id: str, key: str, words: str, by: int | None) -> None:
    """Answer a question; with the last one answered the node may run.

    ConflictError when it is not open any more, InvalidInputError when the words are none of its choices.
    """

    def body(connection: Connection) -> Act[list[str]]:
        run_status = settling.lock_run(connection, run_id)
        found = holding.lock_node(connection, run_id, node_id)
        still_open = questions.open_ones(connection, found.id)
        if key not in still_open or found.status != NodeStatus.HELD:
            raise ConflictError("That question is not open: it was answered, or the node was started anew.")
        said = still_open.pop(key).checked(words)
        questions.answer(connection, found.id, key, said, by)
        queues = [] if still_open else holding.let_go(connection, found, run_status)
        settling.grow_version(connection, run_id)
        detail = {"node": node_id, "question": key, "answer": said[:500]}
        return acts.on_run(connection, run_id, "node.answer", by, detail, queues)

    doorbell.ring(acts.perform(body))


def _stands(run_status: RunStatus, asked: Sequence[Question]) -> dict[str, Any]:
    if settling.standing(run_status) == NodeStatus.CANCELLED:
        return {"status": NodeStatus.CANCELLED, "finished_at": now()}
    return {"status": NodeStatus.HELD, "hold_reason": _reason(asked)}


def _reason(asked: Sequence[Question]) -> str:
    more = f" (and {len(asked) - 1} more)" if len(asked) > 1 else ""
    return asked[0].words[: holding.LONGEST_REASON - len(more)] + more
