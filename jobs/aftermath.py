"""What becomes of the node whose horse has died: its worker says so at once, with the token of the claim it held."""

from __future__ import annotations

import logging
import os
import signal

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from dashboard.engine import claims, doorbell, outcomes
from dashboard.engine.claims import Claim
from dashboard.engine.crashes import crash
from dashboard.engine.outcomes import Failure
from jobs.last_words import frame_of
from jobs.slate import Reason

logger = logging.getLogger(__name__)


def settle(claim: Claim, reason: Reason | None, status: int | None, words: str) -> None:
    """Record the end of a claim whose horse is gone, and wake another worker for its queue.

    `reason` is why the worker killed it (None: it died by itself), `status` what wait(2) said, `words` where it stood.
    Without the database nothing is recorded: the lease runs out, and the reaper counts a crash.
    """
    try:
        _record(claim, reason, status, words)
    except SQLAlchemyError as error:
        logger.warning("The end of %s could not be recorded, its lease has to run out: %s", claim.node_id, error)
    doorbell.ring([claim.queue])


def _record(claim: Claim, reason: Reason | None, status: int | None, words: str) -> None:
    match reason:
        case Reason.SHUTDOWN:
            claims.give_back(claim)
        case Reason.CANCELLED:
            outcomes.fail(claim, Failure("Cancelled", "The run was cancelled, and the handler would not stop."))
        case Reason.DEADLINE:
            message = f"{claim.node_id} took longer than the {claim.timeout_seconds} s it may, and would not stop."
            outcomes.fail(claim, Failure("DeadlineExceeded", message, frame_of(words), words))
        case _:
            death = Failure("WorkerLost", _death(claim, reason, status), frame_of(words), words)
            crash(claim, death, current_app.extensions["settings"].max_crashes)


def _death(claim: Claim, reason: Reason | None, status: int | None) -> str:
    if reason is Reason.CLAIM_LOST:
        return f"The claim on {claim.node_id} could not be renewed in time, and its handler would not stop."
    return f"The process that ran {claim.node_id} {_manner(status)}."


def _manner(status: int | None) -> str:
    if status is None:
        return "is gone"
    if not os.WIFSIGNALED(status):
        return f"ended in the middle of it, with status {os.WEXITSTATUS(status)}"
    number = os.WTERMSIG(status)
    if number == signal.SIGKILL:
        return "was killed (SIGKILL), most likely for the memory it took"
    return f"crashed ({signal.Signals(number).name})"
