"""Outcomes: a claimed node succeeded or failed, and what follows, in one transaction."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from dashboard.engine import limits, settling
from dashboard.engine.claims import Claim, Wish, has_ended, record_end, take
from dashboard.engine.clock import later, now
from dashboard.engine.following import follow
from dashboard.engine.pipeline import Unexpected
from dashboard.engine.retries import may_try_again, wait_before
from dashboard.engine.states import NodeStatus, Outcome, RunStatus
from dashboard.engine.tables import artifact, log, node, run, word
from dashboard.engine.transactions import persist

MESSAGE_LIMIT = 16_000
TRACEBACK_LIMIT = 200_000


@dataclass(frozen=True)
class KeptArtifact:
    """A file that lies in the store and becomes an artifact if the node's success lands."""

    name: str
    media_type: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Origin:
    """Where an output comes from: the version of the handler; what a reusing node saw, as a hash, and whose it took."""

    input_hash: str | None = None
    reused_from: int | None = None
    handler_version: str | None = None


@dataclass(frozen=True)
class LogLine:
    """A line of the node's log; `line` counts from 1 within the attempt, `at` is the worker's UTC clock."""

    line: int
    level: str
    message: str
    at: datetime


@dataclass(frozen=True)
class Failure:
    """Why a handler failed. `frame` is the last line of our own code in the traceback."""

    type: str
    message: str
    frame: str = ""
    traceback: str = ""
    is_permanent: bool = False


@dataclass(frozen=True)
class Landing:
    """What came of an outcome: whether it landed, the queues to ring, and the claim taken along with it."""

    landed: bool
    ready: tuple[str, ...] = ()
    claim: Claim | None = None
    run_status: RunStatus | None = None


_WORKERS_OUTCOMES = (Outcome.SUCCEEDED, Outcome.FAILED, Outcome.CANCELLED, Outcome.ASKED)


class ClaimLost(Exception):
    """The claim is no longer the worker's: roll everything back."""


_SUCCEED = (
    update(node)
    .where(
        node.c.id == bindparam("row"),
        node.c.claim_token == bindparam("token"),
        node.c.status == word(NodeStatus.RUNNING),
    )
    .values(
        status=word(NodeStatus.SUCCEEDED),
        committed_attempt=node.c.attempt,
        finished_at=now(),
        **settling.RELEASED,
    )
    .execution_options(point="succeed: own node", deferred=True, expects=1)
)

_SCORE = (
    update(run)
    .where(run.c.id == bindparam("row"))
    .values(score=bindparam("number"))
    .execution_options(point="succeed: score", deferred=True)
)


def succeed(
    claim: Claim,
    output: Mapping[str, Any],
    artifacts: Sequence[KeptArtifact] = (),
    lines: Sequence[LogLine] = (),
    wish: Wish | None = None,
    origin: Origin | None = None,
) -> Landing:
    """Commit a success and make the children ready, in the same transaction in which `wish` claims one of them.

    An output with a number named `score` is the run's score from then on.
    """

    def body(connection: Connection) -> Landing:
        settling.enter_run(connection, claim.run_id)
        if not connection.execute(_SUCCEED, {"row": claim.id, "token": claim.token}).rowcount:
            raise ClaimLost
        record_end(connection, claim, Outcome.SUCCEEDED, output=output, **(vars(origin) if origin else {}))
        _keep(connection, claim, artifacts)
        write_lines(connection, claim, lines)
        _keep_score(connection, claim, output)
        after = follow(connection, claim, wish)
        claimed = take(connection, after.heir, wish) if wish and after.heir is not None else None
        lifted = limits.free(connection, claim.concurrency_key)
        return Landing(True, (*after.ready, *lifted), claimed, after.run_status)

    return landing_of(claim, body)


def fail(claim: Claim, failure: Failure, lines: Sequence[LogLine] = ()) -> Landing:
    """Commit a failure: the node is tried again after a wait, or it fails for good and its descendants with it."""

    def body(connection: Connection) -> Landing:
        run_status = settling.lock_run(connection, claim.run_id)
        values = _after_failure(connection, claim, failure, run_status)
        mine = node.c.id == claim.id, node.c.claim_token == claim.token, node.c.status == NodeStatus.RUNNING
        release = update(node).where(*mine).values(**settling.RELEASED, **values)
        if not connection.execute(release.execution_options(point="fail: own node")).rowcount:
            raise ClaimLost
        cancelled = values["status"] == NodeStatus.CANCELLED
        record_end(
            connection,
            claim,
            Outcome.CANCELLED if cancelled else Outcome.FAILED,
            error_type=failure.type[:200],
            error_message=failure.message[:MESSAGE_LIMIT],
            error_frame=failure.frame[:500],
            traceback=failure.traceback[-TRACEBACK_LIMIT:],
        )
        write_lines(connection, claim, lines)
        if values["status"] == NodeStatus.FAILED:
            settling.fail_descendants(connection, claim.run_id, claim.id)
        run_status = settling.settle(connection, claim.run_id, run_status)
        return Landing(True, tuple(limits.free(connection, claim.concurrency_key)), None, run_status)

    return landing_of(claim, body)


# A line that is there already stays: its batch was committed, and only the answer was lost.
_ADD_LINES = (
    insert(log)
    .prefix_with("IGNORE", dialect="mysql")
    .prefix_with("OR IGNORE", dialect="sqlite")
    .execution_options(point="log: add lines")
)
_ADD_ARTIFACTS = insert(artifact).values(created_at=now()).execution_options(point="succeed: artifacts")


_WEIGH = (
    update(run)
    .where(run.c.id == bindparam("row"))
    .values(stored_bytes=run.c.stored_bytes + bindparam("more"))
    .execution_options(point="succeed: weigh artifacts", deferred=True)
)


def write_lines(connection: Connection, claim: Claim, lines: Sequence[LogLine]) -> None:
    """Append log lines in one statement."""
    if lines:
        whose = {"run_id": claim.run_id, "node_id": claim.id, "attempt": claim.attempt}
        connection.execute(_ADD_LINES, [{**whose, **vars(line)} for line in lines])


def landing_of(claim: Claim, body: Callable[[Connection], Landing]) -> Landing:
    """The landing of an outcome that `body` writes, once; one that did not land where the claim is lost."""
    try:
        return persist(body, landed=lambda _landing: has_ended(claim, *_WORKERS_OUTCOMES))
    except (ClaimLost, Unexpected):
        return Landing(landed=False)


def _keep(connection: Connection, claim: Claim, artifacts: Sequence[KeptArtifact]) -> None:
    if artifacts:
        whose = {"run_id": claim.run_id, "node_id": claim.id, "attempt": claim.attempt}
        connection.execute(_ADD_ARTIFACTS, [{**whose, **vars(kept)} for kept in artifacts])
        connection.execute(_WEIGH, {"row": claim.run_id, "more": sum(kept.bytes for kept in artifacts)})


def _keep_score(connection: Connection, claim: Claim, output: Mapping[str, Any]) -> None:
    score = output.get("score")
    if isinstance(score, int | float) and not isinstance(score, bool):
        connection.execute(_SCORE, {"row": claim.run_id, "number": float(score)})


def _after_failure(connection: Connection, claim: Claim, failure: Failure, run_status: RunStatus) -> dict[str, Any]:
    if run_status == RunStatus.CANCELLING:
        return {"status": NodeStatus.CANCELLED, "finished_at": now()}
    row = connection.execute(select(node.c.failures, node.c.max_attempts).where(node.c.id == claim.id)).one()
    failures = row.failures + 1
    if not may_try_again(failures, row.max_attempts, failure.is_permanent):
        return {"status": NodeStatus.FAILED, "failures": failures, "finished_at": now()}
    wait = wait_before(failures, random.random())  # noqa: S311
    return {"status": settling.standing(run_status), "failures": failures, "available_at": later(wait)}
