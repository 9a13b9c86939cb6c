"""Run the handler of one claim and turn what happens into an outcome."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.exc import DBAPIError

from dashboard import telemetry
from dashboard.engine import asking, claims, outcomes, reuse
from dashboard.engine.claims import Claim, Wish
from dashboard.engine.errors import PermanentError
from dashboard.engine.outcomes import Failure, Landing, Origin
from dashboard.engine.questions import AnswerNeededError
from dashboard.engine.transactions import is_passing
from jobs import draining, registry, stopping
from jobs.heartbeat import Heartbeat
from jobs.logbook import Logbook
from jobs.stopping import HandlerStopped, Reason
from jobs.workbench import DatabaseWorkbench, context_of

_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Work:
    """What a claim came to: its output, and where that comes from."""

    output: Mapping[str, Any]
    origin: Origin


def run(claim: Claim, heartbeat: Heartbeat, wish: Wish | None) -> Landing:
    """Run the claim's handler to an outcome; the landing may bring the next claim, as `wish` asks.

    A worker that was asked to drain meanwhile gets none. A claim that was lost leaves nothing behind; a worker that
    shuts down gives the node back.
    """
    logbook = Logbook(claim)
    workbench = DatabaseWorkbench(claim, heartbeat, logbook)
    heartbeat.watch(claim, logbook)
    try:
        with stopping.stoppable():
            work = _work(claim, workbench)
    except HandlerStopped as stopped:
        return _after_stop(claim, stopped, heartbeat, logbook)
    except AnswerNeededError as needed:
        heartbeat.leave()
        logbook.add("info", f"Waiting for a person: {needed.questions[0].words}")
        return asking.ask(claim, needed.questions, logbook.take())
    except (Exception, SystemExit) as error:
        heartbeat.leave()
        logbook.add("error", f"{type(error).__name__}: {error}")
        return outcomes.fail(claim, failure_of(error), logbook.take())
    heartbeat.leave()
    lines = logbook.take()
    further = wish if wish and not draining.is_asked() else None
    try:
        return outcomes.succeed(claim, work.output, list(workbench.kept.values()), lines, further, work.origin)
    except DBAPIError as error:
        if is_passing(error):
            raise
        return outcomes.fail(claim, failure_of(error), lines)  # the database will not have it: say so


def failure_of(error: BaseException) -> Failure:
    """The error as it is kept: cleaned, with the last frame of our own code."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(frame.filename)]
    frame = f"{Path(own[-1].filename).relative_to(ROOT)}:{own[-1].lineno} in {own[-1].name}" if own else ""
    return Failure(
        type=type(error).__name__,
        message=_clean(str(error)) or "no message",
        frame=frame,
        traceback=_clean("".join(traceback.format_exception(error))),
        is_permanent=isinstance(error, PermanentError),
    )


def _work(claim: Claim, workbench: DatabaseWorkbench) -> Work:
    handler = registry.find(claim.handler)
    origin = Origin(handler_version=handler.version[:50])
    context = context_of(claim, workbench)
    if claim.reuses or handler.sees:
        sight = workbench.sight(handler.version)
        seen = reuse.digest(handler.sees(context, sight) if handler.sees else sight)
        origin = replace(origin, input_hash=seen)
        if claim.reuses and (earlier := reuse.find(claim, seen)):
            workbench.take_over(earlier)
            return Work(earlier.output, replace(origin, reused_from=earlier.attempt_id))
    with telemetry.part(claim.handler, version=handler.version):
        output = handler.handle(context)
    return Work(_checked(claim, output), origin)


def _checked(claim: Claim, output: Mapping[str, Any]) -> Mapping[str, Any]:
    """The output as it will be read back; PermanentError when a database could not keep it."""
    if not isinstance(output, Mapping):
        raise PermanentError(f"The output of {claim.node_id} must be an object, not {type(output).__name__}.")
    try:
        raw = _clean(json.dumps(dict(output), allow_nan=False, ensure_ascii=False))
    except (TypeError, ValueError) as error:
        raise PermanentError(f"The output of {claim.node_id} is not JSON: {error}.") from error
    size, limit = len(raw.encode()), current_app.extensions["settings"].max_output_bytes
    if size > limit:
        raise PermanentError(
            f"The output of {claim.node_id} has {size:,} bytes, more than {limit:,}: keep it as an artifact."
        )
    clean: Mapping[str, Any] = json.loads(_ESCAPED_NUL.sub(r"\1\\ufffd", raw))
    return clean


def _after_stop(claim: Claim, stopped: HandlerStopped, heartbeat: Heartbeat, logbook: Logbook) -> Landing:
    heartbeat.leave()
    if stopped.reason == Reason.CLAIM_LOST:
        return Landing(landed=False)
    if stopped.reason == Reason.SHUTDOWN:
        return Landing(landed=claims.give_back(claim), ready=(claim.queue,))
    if stopped.reason == Reason.DEADLINE:
        message = f"{claim.node_id} took longer than the {claim.timeout_seconds} s it may."
        failure = Failure("DeadlineExceeded", message, traceback=_clean(traceback.format_exc()))
    else:
        failure = Failure("Cancelled", "The run was cancelled while this node was running.")
    logbook.add("error", failure.message)
    return outcomes.fail(claim, failure, logbook.take())


def _is_own(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(ROOT) and ".venv" not in path.parts


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
